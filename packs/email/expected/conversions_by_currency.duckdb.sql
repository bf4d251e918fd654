-- features: E8
-- Conversions of each minute and currency with what was paid in it; an amount that names none is in the reporting one.
WITH moved AS (
  SELECT *, date_trunc('minute', happened) + INTERVAL 1 MINUTE AS ends FROM told WHERE event_type = 'conversion'
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
  currency,
  count(*)                  AS conversions,
  coalesce(sum(paid), 0)    AS paid
FROM in_time
GROUP BY ends, currency
