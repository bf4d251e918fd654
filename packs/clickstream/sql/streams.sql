-- What happens on the pages. quantity and order_id may be sent; without them a purchase is one piece and its own order.
CREATE TABLE clickstream_events (
  event_id   STRING NOT NULL,
  event_type STRING NOT NULL,
  event_ts   TIMESTAMP_LTZ(3) NOT NULL,
  user_id    STRING NOT NULL,
  session_id STRING NOT NULL,
  page       STRING,
  product_id STRING,
  price      DECIMAL(12, 2),
  currency   STRING,
  utm        ROW<source STRING, medium STRING, campaign STRING>,
  device     ROW<user_agent STRING, os STRING, mobile BOOLEAN>,
  geo        ROW<country STRING, city STRING, lat DOUBLE, lon DOUBLE>,
  quantity   INT,
  order_id   STRING,
  arrived_at TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'timestamp' VIRTUAL,
  arrival    AS PROCTIME(),
  WATERMARK FOR event_ts AS event_ts - INTERVAL '10' MINUTE
) WITH ('dedup-key' = 'event_id', 'not-negative' = 'price, quantity');

-- What one unit of a currency is worth in the reporting currency, from a moment on; of that itself the rate is 1, and is sent too.
CREATE TABLE exchange_rates (
  currency   STRING NOT NULL,
  rate       DECIMAL(18, 8) NOT NULL,
  valid_from TIMESTAMP_LTZ(3) NOT NULL,
  PRIMARY KEY (currency) NOT ENFORCED,
  WATERMARK FOR valid_from AS valid_from
) WITH ('idle-timeout' = '0 s', 'not-negative' = 'rate');

CREATE VIEW clicks AS
SELECT
  event_id, event_type, event_ts, user_id, session_id, page, product_id, price, currency, quantity, order_id, arrived_at,
  COALESCE(geo.country, 'unknown')   AS country,
  COALESCE(geo.city, 'unknown')      AS city,
  COALESCE(device.os, 'unknown')     AS os,
  COALESCE(device.mobile, FALSE)     AS is_mobile,
  COALESCE(utm.campaign, 'none')     AS campaign
FROM clickstream_events;

-- Purchases with what was paid, in their own currency and in the reporting currency by the rate of their time, as it was known
-- when they came. Without a rate, or a price, there is no amount: the purchase counts and adds nothing.
CREATE TABLE purchases (
  event_id   STRING NOT NULL,
  event_ts   TIMESTAMP_LTZ(3) NOT NULL,
  user_id    STRING NOT NULL,
  session_id STRING NOT NULL,
  page       STRING,
  product_id STRING,
  order_id   STRING NOT NULL,
  quantity   INT NOT NULL,
  currency   STRING NOT NULL,
  paid       DECIMAL(14, 2),
  revenue    DECIMAL(14, 2),
  country    STRING NOT NULL,
  city       STRING NOT NULL,
  os         STRING NOT NULL,
  is_mobile  BOOLEAN NOT NULL,
  campaign   STRING NOT NULL,
  arrived_at TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR event_ts AS event_ts - INTERVAL '10' MINUTE
) WITH ('emit' = 'first');

INSERT INTO purchases
SELECT
  c.event_id, c.event_ts, c.user_id, c.session_id, c.page, c.product_id, COALESCE(c.order_id, c.event_id),
  COALESCE(c.quantity, 1), COALESCE(c.currency, 'unknown'),
  CAST(c.price * COALESCE(c.quantity, 1) AS DECIMAL(14, 2)),
  CAST(c.price * COALESCE(c.quantity, 1) * r.rate AS DECIMAL(14, 2)),
  c.country, c.city, c.os, c.is_mobile, c.campaign, c.arrived_at
FROM (SELECT * FROM clicks WHERE event_type = 'purchase') AS c
LEFT JOIN exchange_rates FOR SYSTEM_TIME AS OF c.event_ts AS r ON c.currency = r.currency;

-- Everything that happens, purchases with their amount.
CREATE VIEW actions AS
SELECT event_type, event_ts, user_id, session_id, page, product_id, country, city, os, is_mobile, campaign, arrived_at,
       CAST(NULL AS DECIMAL(14, 2)) AS revenue, 0 AS pieces, CAST(NULL AS STRING) AS order_id
FROM clicks WHERE event_type <> 'purchase'
UNION ALL
SELECT 'purchase', event_ts, user_id, session_id, page, product_id, country, city, os, is_mobile, campaign, arrived_at,
       revenue, quantity, order_id
FROM purchases;
