-- The three topics of the tills. A till that has no clock sends no event_time: then the time of arrival counts.
CREATE TABLE `customer-events` (
  customer_id  STRING NOT NULL,
  demographics ROW<age INT, gender STRING, city STRING, loyalty STRING>,
  behavior     ROW<action STRING, store_id INT, product_id STRING>,
  event_time   TIMESTAMP_LTZ(3),
  arrived_at   TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'timestamp' VIRTUAL,
  happened_at  AS COALESCE(event_time, arrived_at),
  WATERMARK FOR happened_at AS happened_at - INTERVAL '10' MINUTE
);

-- A sale. Tills name it txn_id and amount, or transaction_id and final_amount, which is what was paid after a discount.
CREATE TABLE `retail-transactions` (
  txn_id         STRING,
  transaction_id STRING,
  store_id       INT NOT NULL,
  customer_id    STRING,
  products       ARRAY<ROW<product_id STRING, quantity INT, price DECIMAL(10, 2)>>,
  amount         DECIMAL(10, 2),
  final_amount   DECIMAL(10, 2),
  event_time     TIMESTAMP_LTZ(3),
  arrived_at     TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'timestamp' VIRTUAL,
  arrival        AS PROCTIME(),
  paid           AS COALESCE(final_amount, amount),
  happened_at    AS COALESCE(event_time, arrived_at),
  WATERMARK FOR happened_at AS happened_at - INTERVAL '10' MINUTE
) WITH (
  'dedup-key' = 'txn_id, transaction_id',
  'not-negative' = 'amount, final_amount, products.quantity, products.price'
);

-- The level of a product in a warehouse; the latest counts.
CREATE TABLE `inventory-updates` (
  product_id STRING NOT NULL,
  quantity   INT NOT NULL,
  warehouse  STRING NOT NULL,
  PRIMARY KEY (product_id, warehouse) NOT ENFORCED
) WITH ('not-negative' = 'quantity');

-- Sales of now, at the time at which they happened; one of a till whose clock is ahead at that of its arrival. Rows without a store
-- are the clock: one for each five seconds that end within an hour behind a sale, so that windows close where nobody buys.
CREATE TABLE recent_sales (
  store_id    INT,
  customer_id STRING,
  paid        DECIMAL(10, 2),
  arrived_at  TIMESTAMP_LTZ(3),
  -- Of the clock: since when sales came, within the hour before.
  seen_from   TIMESTAMP_LTZ(3),
  sold_at     TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR sold_at AS sold_at
) WITH ('retention' = '2 h', 'history' = 'none');

INSERT INTO recent_sales
SELECT store_id, customer_id, paid, arrived_at, CAST(NULL AS TIMESTAMP_LTZ(3)), LEAST(happened_at, arrived_at)
FROM `retail-transactions`
WHERE happened_at > arrived_at - INTERVAL '1' HOUR;

INSERT INTO recent_sales
SELECT CAST(NULL AS INT), CAST(NULL AS STRING), CAST(NULL AS DECIMAL(10, 2)), CAST(NULL AS TIMESTAMP_LTZ(3)), MIN(arrived_at), window_time
FROM TABLE(HOP(TABLE `retail-transactions`, DESCRIPTOR(arrival), INTERVAL '5' SECOND, INTERVAL '1' HOUR))
GROUP BY window_start, window_end, window_time;
