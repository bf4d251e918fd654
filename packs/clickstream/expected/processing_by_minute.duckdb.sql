-- features: K10
-- Events of each minute of arrival, those that could not be taken, and how old the newest one was when the last one came.
WITH taken AS (
  SELECT date_trunc('minute', arrived_at) AS minute, count(*) AS events, max(arrived_at) AS last_arrival, max(event_ts) AS newest
  FROM clickstream_events
  GROUP BY minute
),
died AS (
  SELECT date_trunc('minute', received_at) AS minute, count(*) AS errors FROM "clickstream_events$dead" GROUP BY minute
)
SELECT
  minute,
  coalesce(events, 0)                                             AS events,
  coalesce(errors, 0)                                             AS errors,
  coalesce(events, 0) + coalesce(errors, 0)                       AS total,
  -- Half up, in hundredths.
  ((coalesce(events, 0) * 200 + 60) // 120)::DECIMAL(38, 0) / 100 AS events_per_second,
  epoch_ms(last_arrival) - epoch_ms(newest)                       AS lag_ms
FROM taken
FULL JOIN died USING (minute)
