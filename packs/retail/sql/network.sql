-- All stores as of now: each five seconds the hour before them, of what is known then; what comes later is in the hours that are still
-- to end. Where less than an hour is covered, because the first sales of all are in it, the rate is of the seconds that are, and the
-- projection is scaled to sixty minutes.
CREATE MATERIALIZED VIEW network_now WITH ('max-rows' = '1440') AS
SELECT
  window_start,
  window_end,
  transactions,
  stores,
  active_customers,
  revenue,
  CAST(seconds / 60.0 AS DECIMAL(9, 4))                                     AS minutes_covered,
  CAST(transactions * 60.00 / seconds AS DECIMAL(12, 2))                    AS transactions_per_minute,
  CAST(revenue * 3600 / seconds AS DECIMAL(14, 2))                          AS projected_revenue_per_hour
FROM (
  SELECT
    window_start,
    window_end,
    window_time,
    MIN(arrived_at)                                                         AS first_arrival,
    COUNT(store_id)                                                         AS transactions,
    COUNT(DISTINCT store_id)                                                AS stores,
    COUNT(DISTINCT customer_id)                                             AS active_customers,
    COALESCE(SUM(paid), 0)                                                  AS revenue,
    -- Seconds that have begun, since the first sale or all of the hour: a window ends a millisecond behind its time.
    LEAST(3600, TIMESTAMPDIFF(SECOND, MIN(COALESCE(seen_from, sold_at)), window_time + INTERVAL '1' SECOND))   AS seconds
  FROM TABLE(HOP(TABLE recent_sales, DESCRIPTOR(sold_at), INTERVAL '5' SECOND, INTERVAL '1' HOUR))
  GROUP BY window_start, window_end, window_time
)
-- Of what ended before its first sale was here nothing is told.
WHERE first_arrival <= window_time;

-- The same hour of each store, each minute anew.
CREATE MATERIALIZED VIEW stores_now WITH ('max-rows' = '50000') AS
SELECT window_start, window_end, store_id, transactions, revenue, active_customers, mean_sale
FROM (
  SELECT
    window_start,
    window_end,
    window_time,
    store_id,
    MIN(arrived_at)                                                         AS first_arrival,
    COUNT(*)                                                                AS transactions,
    COALESCE(SUM(paid), 0)                                                  AS revenue,
    COUNT(DISTINCT customer_id)                                             AS active_customers,
    CAST(SUM(paid) / NULLIF(COUNT(paid), 0) AS DECIMAL(10, 2))              AS mean_sale
  FROM TABLE(HOP(TABLE recent_sales, DESCRIPTOR(sold_at), INTERVAL '1' MINUTE, INTERVAL '1' HOUR))
  WHERE store_id IS NOT NULL
  GROUP BY window_start, window_end, window_time, store_id
)
WHERE first_arrival <= window_time;

-- The last hour by the time of the sales, each minute anew; exact, and ten minutes behind.
CREATE MATERIALIZED VIEW network_by_hour WITH ('max-rows' = '10080') AS
SELECT
  window_start,
  window_end,
  COUNT(*)                                                                  AS transactions,
  COUNT(DISTINCT store_id)                                                  AS stores,
  COUNT(DISTINCT customer_id)                                               AS active_customers,
  COALESCE(SUM(paid), 0)                                                    AS revenue
FROM TABLE(HOP(TABLE `retail-transactions`, DESCRIPTOR(happened_at), INTERVAL '1' MINUTE, INTERVAL '1' HOUR))
GROUP BY window_start, window_end;
