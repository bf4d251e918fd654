-- A minute of the site. Purchases are orders, of however many rows. conversion_rate is purchases for each session of the minute, so a session that buys twice counts twice;
-- converted_rate is sessions that bought for each session. Percentiles are of the minute's own events, each counted once.
CREATE MATERIALIZED VIEW kpis WITH ('max-rows' = '10080') AS
SELECT
  -- The instant in UTC: window_start is on the wall clock of the project.
  DATE_FORMAT(TIMESTAMPADD(MINUTE, CAST(UNIX_TIMESTAMP(DATE_FORMAT(window_start, 'yyyy-MM-dd HH:mm:ss')) / 60 AS INT), TIMESTAMP '1970-01-01 00:00:00'),
    'yyyy-MM-dd''T''HH:mm:ss''Z''') AS _id,
  window_start,
  window_end,
  CAST(ROW(
    COUNT(DISTINCT session_id),
    COUNT(*) FILTER (WHERE event_type = 'page_view'),
    COUNT(*) FILTER (WHERE event_type = 'add_to_cart'),
    COUNT(DISTINCT order_id),
    COUNT(DISTINCT order_id) * 1.0000 / COUNT(DISTINCT session_id),
    COALESCE(SUM(revenue), 0.00),
    SUM(revenue) / NULLIF(COUNT(DISTINCT order_id) FILTER (WHERE revenue IS NOT NULL), 0),
    COUNT(DISTINCT user_id),
    COUNT(DISTINCT session_id) FILTER (WHERE event_type = 'purchase'),
    COUNT(DISTINCT session_id) FILTER (WHERE event_type = 'purchase') * 1.0000 / COUNT(DISTINCT session_id),
    COUNT(DISTINCT order_id) FILTER (WHERE revenue IS NOT NULL)
  ) AS ROW<
    sessions BIGINT, page_views BIGINT, add_to_carts BIGINT, purchases BIGINT, conversion_rate DECIMAL(9, 4),
    revenue DECIMAL(16, 2), aov DECIMAL(12, 2), unique_users BIGINT, converted_sessions BIGINT, converted_rate DECIMAL(5, 4),
    priced_purchases BIGINT
  >) AS metrics,
  CAST(ROW(
    ROUND(PERCENTILE(latency_ms, 0.5), 1),
    ROUND(PERCENTILE(latency_ms, 0.95), 1),
    ROUND(PERCENTILE(latency_ms, 0.99), 1),
    MAX(arrived_at)
  ) AS ROW<latency_ms_p50 DOUBLE, latency_ms_p95 DOUBLE, latency_ms_p99 DOUBLE, processing_time TIMESTAMP_LTZ(3)>) AS performance
FROM TABLE(TUMBLE((
  SELECT *,
    (EXTRACT(EPOCH FROM arrived_at) - EXTRACT(EPOCH FROM event_ts)) * 1000
      + EXTRACT(MILLISECOND FROM arrived_at) - EXTRACT(MILLISECOND FROM event_ts) AS latency_ms
  FROM actions
), DESCRIPTOR(event_ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;

-- What was paid in each currency, by minute: these sums stay, whatever a currency is worth.
CREATE MATERIALIZED VIEW revenue_by_currency WITH ('max-rows' = '50000') AS
SELECT
  window_start, window_end, currency,
  COUNT(DISTINCT order_id) AS purchases, COALESCE(SUM(paid), 0) AS paid, COALESCE(SUM(revenue), 0) AS revenue,
  COUNT(DISTINCT order_id) FILTER (WHERE paid IS NOT NULL AND revenue IS NULL) AS without_rate
FROM TABLE(TUMBLE(TABLE purchases, DESCRIPTOR(event_ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, currency;

-- How far sessions of an hour came. Whoever bought may have come by a link straight to the product: in what order, is in sessions.
CREATE MATERIALIZED VIEW funnel_by_hour AS
SELECT
  window_start,
  window_end,
  COUNT(DISTINCT session_id)                                                    AS sessions,
  COUNT(DISTINCT session_id) FILTER (WHERE event_type = 'page_view')            AS viewed,
  COUNT(DISTINCT session_id) FILTER (WHERE event_type = 'add_to_cart')          AS carted,
  COUNT(DISTINCT session_id) FILTER (WHERE event_type = 'purchase')             AS bought
FROM TABLE(TUMBLE(TABLE actions, DESCRIPTOR(event_ts), INTERVAL '1' HOUR))
GROUP BY window_start, window_end;
