-- features: S10
-- Of events and revenue by the minute, in each segment: how many such minutes the 24 hours before each minute have, and
-- the sum, least, most and average of their figures. A minute counts once, when it is over. An event that is not
-- later than five seconds before what the stream had come to is late, and in no figure; the stream comes to the largest
-- time so far or, once it has been quiet for five seconds, to what the clock (four ticks a second) says less those
-- five.
WITH figures AS (
  SELECT
    date_trunc('minute', happened) + INTERVAL 1 MINUTE AS minute_end,
    'events_per_minute'                                AS metric_name,
    segment,
    CAST(count(*) AS DECIMAL(20, 2))                   AS figure
  FROM enriched
  GROUP BY ALL
  UNION ALL
  SELECT
    date_trunc('minute', happened) + INTERVAL 1 MINUTE,
    'revenue_per_minute',
    segment,
    coalesce(sum(revenue), 0)
  FROM enriched
  WHERE event_type = 'purchase'
  GROUP BY ALL
),
moved AS (
  SELECT *, minute_end + to_minutes(unnest(range(0, 24 * 60))) AS ends FROM figures
)
SELECT
  ends - INTERVAL 24 HOUR                        AS window_start,
  ends                                           AS window_end,
  metric_name,
  segment,
  count(*)                                       AS "count",
  sum(figure)                                    AS "sum",
  min(figure)                                    AS "min",
  max(figure)                                    AS "max",
  -- Half up, in whole cents.
  ((CAST(sum(figure) * 200 AS HUGEINT) + count(*)) // (2 * count(*)))::DECIMAL(38, 0) / 100 AS "avg",
  max(minute_end) - INTERVAL 1 MILLISECOND       AS last_update
FROM moved
GROUP BY ends, metric_name, segment
