-- features: K6, K11
-- Sessions of each hour, and those that viewed, carted and bought in it, in whatever order.
WITH in_time AS (
  SELECT *, date_trunc('hour', event_ts) AS begins, date_trunc('hour', event_ts) + INTERVAL 1 HOUR AS ends
  FROM actions
  WHERE watermark IS NULL OR date_trunc('hour', event_ts) + INTERVAL 1 HOUR - INTERVAL 1 MILLISECOND > watermark
)
SELECT
  begins  AS window_start,
  ends    AS window_end,
  count(DISTINCT session_id)                                          AS sessions,
  count(DISTINCT session_id) FILTER (event_type = 'page_view')        AS viewed,
  count(DISTINCT session_id) FILTER (event_type = 'add_to_cart')      AS carted,
  count(DISTINCT session_id) FILTER (is_purchase)                     AS bought
FROM in_time
GROUP BY begins, ends
