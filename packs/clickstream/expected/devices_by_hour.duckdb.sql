-- features: K11
-- What people held in their hands in each hour, and what they did and spent.
WITH in_time AS (
  SELECT *, date_trunc('hour', event_ts) AS begins, date_trunc('hour', event_ts) + INTERVAL 1 HOUR AS ends
  FROM actions
  WHERE watermark IS NULL OR date_trunc('hour', event_ts) + INTERVAL 1 HOUR - INTERVAL 1 MILLISECOND > watermark
)
SELECT
  begins  AS window_start,
  ends    AS window_end,
  os,
  is_mobile,
  count(*)                        AS events,
  count(DISTINCT session_id)      AS sessions,
  count(DISTINCT bought_order)    AS purchases,
  coalesce(sum(revenue), 0)       AS revenue
FROM in_time
GROUP BY begins, ends, os, is_mobile
