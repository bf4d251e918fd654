CREATE MATERIALIZED VIEW events_per_minute_by_segment AS
SELECT window_start, window_end, window_time, segment, COUNT(*) AS event_count
FROM TABLE(TUMBLE(TABLE enriched_events, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, window_time, segment;

-- Currencies are never added to each other: revenue is what was paid in the reporting currency, which is that of an amount that
-- names none.
CREATE VIEW reported_revenue AS
SELECT *, CASE WHEN currency = 'USD' THEN amount END AS revenue
FROM (SELECT event_time, segment, COALESCE(currency, 'USD') AS currency, amount FROM revenue_events);

CREATE MATERIALIZED VIEW revenue_per_minute AS
SELECT
  window_start, window_end, window_time, segment,
  COALESCE(SUM(revenue), 0)                                     AS total_revenue,
  COUNT(*)                                                      AS transaction_count,
  CAST(SUM(revenue) / NULLIF(COUNT(revenue), 0) AS DECIMAL(12, 2))         AS avg_transaction_value
FROM TABLE(TUMBLE(TABLE reported_revenue, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, window_time, segment;

-- What was paid in each currency.
CREATE MATERIALIZED VIEW purchases_by_currency AS
SELECT window_start, window_end, segment, currency, COUNT(*) AS purchases, COALESCE(SUM(amount), 0) AS paid
FROM TABLE(TUMBLE(TABLE reported_revenue, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, segment, currency;

-- Users with more than a hundred events in five minutes of the clock.
CREATE MATERIALIZED VIEW high_activity_users AS
SELECT window_start, window_end, user_id, COUNT(*) AS event_count
FROM TABLE(TUMBLE(TABLE enriched_events, DESCRIPTOR(event_time), INTERVAL '5' MINUTE))
GROUP BY window_start, window_end, user_id
HAVING COUNT(*) > 100;

-- The same in any five whole minutes: sixty events before an edge and sixty behind it are seen too.
CREATE MATERIALIZED VIEW high_activity_users_sliding AS
SELECT window_start, window_end, user_id, COUNT(*) AS event_count
FROM TABLE(HOP(TABLE enriched_events, DESCRIPTOR(event_time), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE))
GROUP BY window_start, window_end, user_id
HAVING COUNT(*) > 100;

-- Who is here: users who did something in the last five minutes.
CREATE MATERIALIZED VIEW active_users WITH ('max-rows' = '3600') AS
SELECT window_start, window_end, COUNT(DISTINCT user_id) AS active_users, COUNT(*) AS events
FROM TABLE(HOP(TABLE enriched_events, DESCRIPTOR(event_time), INTERVAL '10' SECOND, INTERVAL '5' MINUTE))
GROUP BY window_start, window_end;

-- Every metric as one list of closed minutes: what the aggregates below are made of.
CREATE VIEW metrics AS
SELECT window_time AS metric_time, 'events_per_minute' AS metric_name, segment, CAST(event_count AS DECIMAL(20, 2)) AS metric_value
FROM events_per_minute_by_segment
UNION ALL
SELECT window_time, 'revenue_per_minute', segment, CAST(total_revenue AS DECIMAL(20, 2))
FROM revenue_per_minute;

-- Of each metric and segment, over the closed minutes of the last 24 hours.
CREATE MATERIALIZED VIEW metric_aggregates WITH ('max-rows' = '20000') AS
SELECT
  window_start, window_end, metric_name, segment,
  COUNT(*)                                                  AS `count`,
  SUM(metric_value)                                         AS `sum`,
  MIN(metric_value)                                         AS `min`,
  MAX(metric_value)                                         AS `max`,
  CAST(SUM(metric_value) / COUNT(*) AS DECIMAL(20, 2))      AS `avg`,
  MAX(metric_time)                                          AS last_update
FROM TABLE(HOP(TABLE metrics, DESCRIPTOR(metric_time), INTERVAL '1' MINUTE, INTERVAL '24' HOUR))
GROUP BY window_start, window_end, metric_name, segment;

-- Metrics that are active: each had a minute within the last 24 hours. last_value is that of the latest one.
CREATE MATERIALIZED VIEW active_metrics WITH ('retention' = '24 h') AS
SELECT metric_name, segment, LAST_VALUE(metric_value) AS `last_value`, MAX(metric_time) AS last_update
FROM metrics
GROUP BY metric_name, segment;
