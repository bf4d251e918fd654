-- Each store, minute by minute: early while sales come in, final ten minutes behind the end of the minute.
CREATE MATERIALIZED VIEW transactions_summary WITH ('max-rows' = '200000') AS
SELECT
  window_start,
  window_end,
  store_id,
  COUNT(*)                                                                  AS total_transactions,
  CAST(COALESCE(SUM(paid), 0) AS DECIMAL(12, 2))                            AS total_revenue,
  COUNT(DISTINCT customer_id)                                               AS unique_customers,
  CAST(SUM(paid) / NULLIF(COUNT(paid), 0) AS DECIMAL(10, 2))                AS avg_transaction_value
FROM TABLE(TUMBLE(TABLE `retail-transactions`, DESCRIPTOR(happened_at), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, store_id;

-- The same by the hour: a customer of two minutes is one customer of the hour.
CREATE MATERIALIZED VIEW stores_by_hour WITH ('max-rows' = '100000') AS
SELECT
  window_start,
  window_end,
  store_id,
  COUNT(*)                                                                  AS total_transactions,
  CAST(COALESCE(SUM(paid), 0) AS DECIMAL(14, 2))                            AS total_revenue,
  COUNT(DISTINCT customer_id)                                               AS unique_customers,
  CAST(SUM(paid) / NULLIF(COUNT(paid), 0) AS DECIMAL(10, 2))                AS avg_transaction_value
FROM TABLE(TUMBLE(TABLE `retail-transactions`, DESCRIPTOR(happened_at), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, store_id;

-- What is sold, by hour: a sale has a row for each of its products. A line without a quantity is one piece; one without a price adds
-- nothing to the revenue, and is counted.
CREATE MATERIALIZED VIEW store_products_by_hour WITH ('max-rows' = '100000') AS
SELECT
  window_start,
  window_end,
  product_id,
  SUM(COALESCE(quantity, 1))                      AS pieces,
  COALESCE(SUM(COALESCE(quantity, 1) * price), 0) AS revenue,
  COUNT(*)                                        AS sales,
  COUNT(*) FILTER (WHERE price IS NULL)           AS without_price
FROM TABLE(TUMBLE(TABLE `retail-transactions`, DESCRIPTOR(happened_at), INTERVAL '1' HOUR))
CROSS JOIN UNNEST(products) AS item (product_id, quantity, price)
GROUP BY window_start, window_end, product_id;

CREATE MATERIALIZED VIEW store_stock AS
SELECT product_id, warehouse, quantity FROM `inventory-updates`;
