-- features: S10, S18
-- Figures of events and revenue by segment that had a minute, with the latest one and its last millisecond. An event that
-- is not later than five seconds before what the stream had come to is late, and in no figure; the stream comes to the
-- largest time so far or, once it has been quiet for five seconds, to what the clock (four ticks a second) says less
-- those five.
WITH figures AS (
  SELECT
    date_trunc('minute', happened)    AS minute,
    'events_per_minute'               AS metric_name,
    segment,
    CAST(count(*) AS DECIMAL(20, 2))  AS figure
  FROM enriched
  GROUP BY ALL
  UNION ALL
  SELECT date_trunc('minute', happened), 'revenue_per_minute', segment, coalesce(sum(revenue), 0)
  FROM enriched
  WHERE event_type = 'purchase'
  GROUP BY ALL
)
SELECT
  metric_name,
  segment,
  arg_max(figure, minute)                             AS last_value,
  max(minute) + INTERVAL 1 MINUTE - INTERVAL 1 MILLISECOND AS last_update
FROM figures
GROUP BY metric_name, segment
