-- features: X14
-- Events of each type in five minutes beside those of the hour before. Unusual is what is three deviations and two fifths less, or
-- four fifths more, where 600 are usual.
WITH in_time AS (
  SELECT *, event_ts AS happened
  FROM reached
  WHERE reached IS NULL
    OR time_bucket(INTERVAL 5 MINUTE, event_ts) + INTERVAL 5 MINUTE - INTERVAL 1 MILLISECOND > reached - INTERVAL 10 MINUTE
),
five_minutes AS (
  SELECT time_bucket(INTERVAL 5 MINUTE, happened) AS begins, event_type, count(*) AS events
  FROM in_time
  GROUP BY ALL
),
-- Of the windows of the hour before that had events: how many, and what they had. The deviation is that of a sample, or
-- the root of what is usual where that is more.
compared AS (
  SELECT
    now.begins, now.event_type, now.events,
    count(earlier.events)         AS windows_before,
    avg(earlier.events)           AS usual,
    stddev_samp(earlier.events)   AS scattered
  FROM five_minutes AS now
  LEFT JOIN five_minutes AS earlier ON earlier.event_type = now.event_type
    AND earlier.begins < now.begins AND earlier.begins >= now.begins - INTERVAL 1 HOUR
  GROUP BY ALL
),
judged AS (
  SELECT
    begins, event_type, events, windows_before,
    round(usual, 2)                                 AS usual,
    round(greatest(scattered, sqrt(usual)), 2)      AS deviation
  FROM compared
  WHERE windows_before >= 6
)
SELECT
  begins                                            AS window_start,
  begins + INTERVAL 5 MINUTE                        AS window_end,
  event_type,
  events,
  windows_before,
  usual,
  deviation,
  direction IS NOT NULL                             AS is_anomaly,
  direction
FROM (
  SELECT
    *,
    CASE
      WHEN usual < 600 OR abs(events - usual) < 3 * deviation THEN NULL
      WHEN events <= usual * 0.6 THEN 'down'
      WHEN events >= usual * 1.8 THEN 'up'
    END AS direction
  FROM judged
)
