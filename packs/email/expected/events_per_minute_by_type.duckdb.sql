-- features: E4
-- How often something of each type happened in each minute.
WITH moved AS (
  SELECT *, date_trunc('minute', happened) + INTERVAL 1 MINUTE AS ends FROM told
),
in_time AS (
  SELECT *
  FROM moved
  JOIN watermarks USING (_order)
  WHERE watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark
)
SELECT
  ends - INTERVAL 1 MINUTE  AS window_start,
  ends                      AS window_end,
  event_type,
  count(*)                  AS events
FROM in_time
GROUP BY ends, event_type
