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
