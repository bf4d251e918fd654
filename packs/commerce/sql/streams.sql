-- What comes in. `timestamp` is a reserved word of SQL, so it stands in backquotes.

-- What customers do: page_view, product_view, add_to_cart, remove_from_cart, purchase. Other types are kept and count as events.
CREATE TABLE customer_events (
  event_id    STRING NOT NULL,
  customer_id STRING NOT NULL,
  event_type  STRING NOT NULL,
  product_id  STRING,
  session_id  STRING,
  `timestamp` TIMESTAMP_LTZ(3) NOT NULL,
  page_url    STRING,
  device_type STRING,
  location    ROW<lat DOUBLE, lon DOUBLE, country STRING>,
  revenue     DECIMAL(12, 2),
  properties  ROW<referrer STRING, user_agent STRING, campaign_id STRING>,
  -- May be sent: how long the page took, and what went wrong on it.
  load_ms     INT,
  error       STRING,
  WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND
) WITH ('dedup-key' = 'event_id', 'not-negative' = 'revenue, load_ms');

-- Payments as they are tried.
CREATE TABLE transaction_events (
  transaction_id    STRING NOT NULL,
  customer_id       STRING NOT NULL,
  amount            DECIMAL(12, 2) NOT NULL,
  currency          STRING NOT NULL,
  payment_method    STRING,
  `timestamp`       TIMESTAMP_LTZ(3) NOT NULL,
  merchant_category STRING,
  location          ROW<lat DOUBLE, lon DOUBLE, country STRING>,
  risk_score        DOUBLE,
  status            STRING,
  WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND
) WITH ('dedup-key' = 'transaction_id', 'not-negative' = 'amount');

-- The level of a product in a warehouse, each time it changes.
CREATE TABLE inventory_events (
  product_id         STRING NOT NULL,
  sku                STRING,
  current_stock      INT NOT NULL,
  reserved_stock     INT NOT NULL,
  warehouse_location STRING NOT NULL,
  `timestamp`        TIMESTAMP_LTZ(3) NOT NULL,
  reorder_point      INT NOT NULL,
  supplier_id        STRING,
  low_stock_alert    AS current_stock <= reorder_point,
  WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND
) WITH ('not-negative' = 'current_stock, reserved_stock, reorder_point');

-- What people decide about a payment that was held back; the latest review of a payment counts.
CREATE TABLE fraud_reviews (
  transaction_id STRING NOT NULL,
  decision       STRING NOT NULL,
  reviewer       STRING,
  note           STRING,
  PRIMARY KEY (transaction_id) NOT ENFORCED
);

-- What turned out to be fraud, told afterwards, as chargebacks are.
CREATE TABLE fraud_labels (
  transaction_id STRING NOT NULL,
  customer_id    STRING NOT NULL,
  kind           STRING NOT NULL,
  `timestamp`    TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND
) WITH ('dedup-key' = 'transaction_id');
