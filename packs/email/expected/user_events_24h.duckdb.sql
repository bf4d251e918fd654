-- features: E4, X10
-- How often each user did what in 24 hours, each hour anew, and when last.
WITH moved AS (
  SELECT *, date_trunc('hour', happened) + to_hours(unnest(range(1, 25))) AS ends FROM told
),
in_time AS (
  SELECT *
  FROM moved
  JOIN watermarks USING (_order)
  WHERE watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark
)
SELECT
  ends - INTERVAL 24 HOUR   AS window_start,
  ends                      AS window_end,
  user_id,
  event_type,
  count(*)                  AS events,
  max(happened)             AS last_at
FROM in_time
GROUP BY ends, user_id, event_type
