-- What customers did, with what is missing filled in: its step of a visit, its campaign.
CREATE VIEW customer_actions AS
SELECT
  event_id, customer_id, event_type,
  CASE
    WHEN event_type IN ('page_view', 'product_view') THEN 'view'
    WHEN event_type IN ('add_to_cart', 'remove_from_cart') THEN 'cart'
    WHEN event_type = 'purchase' THEN 'purchase'
    ELSE 'other'
  END AS step,
  product_id, session_id, `timestamp`, page_url,
  COALESCE(device_type, 'unknown')         AS device_type,
  location.country                         AS country,
  COALESCE(properties.referrer, 'unknown') AS referrer,
  properties.campaign_id                   AS campaign_id,
  COALESCE(revenue, 0.00)                  AS revenue,
  load_ms, error
FROM customer_events;

-- The same as a stream that others can read: one row an event.
CREATE TABLE customer_events_processed (
  event_id    STRING NOT NULL,
  customer_id STRING NOT NULL,
  event_type  STRING NOT NULL,
  step        STRING NOT NULL,
  product_id  STRING,
  session_id  STRING,
  `timestamp` TIMESTAMP_LTZ(3) NOT NULL,
  page_url    STRING,
  device_type STRING NOT NULL,
  country     STRING,
  referrer    STRING NOT NULL,
  campaign_id STRING,
  revenue     DECIMAL(12, 2) NOT NULL,
  load_ms     INT,
  error       STRING,
  WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND
);

INSERT INTO customer_events_processed SELECT * FROM customer_actions;

-- The last five minutes, each second anew. A rate is NULL where nobody looked at a page.
CREATE MATERIALIZED VIEW customer_metrics WITH ('max-rows' = '3600') AS
SELECT
  window_start,
  window_end,
  window_time,
  window_end                                                            AS `timestamp`,
  5                                                                     AS window_minutes,
  COUNT(*)                                                              AS total_events,
  COUNT(DISTINCT customer_id)                                           AS unique_customers,
  COUNT(*) FILTER (WHERE event_type = 'page_view')                      AS page_views,
  COUNT(*) FILTER (WHERE event_type = 'purchase')                       AS purchases,
  SUM(revenue)                                                          AS total_revenue,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'purchase')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'page_view'), 0) AS DECIMAL(9, 2)) AS conversion_rate,
  CAST(COUNT(*) / 5.0 AS DECIMAL(12, 2))                                AS events_per_minute,
  COUNT(DISTINCT session_id)                                            AS sessions,
  COUNT(DISTINCT session_id) FILTER (WHERE event_type = 'purchase')     AS buying_sessions,
  CAST(100.0 * COUNT(DISTINCT session_id) FILTER (WHERE event_type = 'purchase')
    / NULLIF(COUNT(DISTINCT session_id), 0) AS DECIMAL(5, 2))           AS session_conversion_rate
FROM TABLE(HOP(TABLE customer_actions, DESCRIPTOR(`timestamp`), INTERVAL '1' SECOND, INTERVAL '5' MINUTE))
GROUP BY window_start, window_end, window_time;

-- The same five minutes beside the five before them.
CREATE MATERIALIZED VIEW customer_kpis WITH ('max-rows' = '3600') AS
SELECT
  c.window_start,
  c.window_end,
  c.window_time,
  c.unique_customers, p.unique_customers AS unique_customers_before,
  c.total_revenue,    p.total_revenue    AS total_revenue_before,
  c.conversion_rate,  p.conversion_rate  AS conversion_rate_before,
  c.events_per_minute, p.events_per_minute AS events_per_minute_before
FROM customer_metrics AS c
LEFT JOIN customer_metrics AS p
  ON c.window_minutes = p.window_minutes AND p.window_time BETWEEN c.window_time - INTERVAL '5' MINUTE AND c.window_time - INTERVAL '5' MINUTE;
