-- Payments as they happen, keyed by customer. `timestamp` is a reserved word of SQL, so it stands in backquotes.
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
);
