CREATE MATERIALIZED VIEW events_per_minute_by_segment AS
SELECT window_start, window_end, window_time, segment, COUNT(*) AS event_count
FROM TABLE(TUMBLE(TABLE enriched_events, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, window_time, segment;

CREATE MATERIALIZED VIEW revenue_per_minute AS
SELECT
  window_start, window_end, window_time, segment,
  COALESCE(SUM(amount), 0)                                      AS total_revenue,
  COUNT(*)                                                      AS transaction_count,
  CAST(SUM(amount) / NULLIF(COUNT(amount), 0) AS DECIMAL(12, 2))           AS avg_transaction_value
FROM TABLE(TUMBLE(TABLE revenue_events, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, window_time, segment;

-- Users with more than a hundred events in five minutes of the clock.
CREATE MATERIALIZED VIEW high_activity_users AS
SELECT window_start, window_end, user_id, COUNT(*) AS event_count
FROM TABLE(TUMBLE(TABLE enriched_events, DESCRIPTOR(event_time), INTERVAL '5' MINUTE))
GROUP BY window_start, window_end, user_id
HAVING COUNT(*) > 100;

-- The same in any five minutes, each minute anew: sixty events before an edge and sixty behind it are seen too.
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
