-- features: X14
-- Events of each segment in five minutes beside those of the hour before. Unusual is what is three deviations and two fifths less, or
-- four fifths more, where 600 are usual.
WITH five_minutes AS (
  SELECT time_bucket(INTERVAL 5 MINUTE, happened) AS begins, segment, count(*) AS events
  FROM enriched
  GROUP BY ALL
),
-- Of the windows of the hour before that had events: how many, and what they had. The deviation is that of a sample, or
-- the root of what is usual where that is more.
compared AS (
  SELECT
    now.begins, now.segment, now.events,
    count(earlier.events)         AS windows_before,
    avg(earlier.events)           AS usual,
    stddev_samp(earlier.events)   AS scattered
  FROM five_minutes AS now
  LEFT JOIN five_minutes AS earlier ON earlier.segment = now.segment
    AND earlier.begins < now.begins AND earlier.begins >= now.begins - INTERVAL 1 HOUR
  GROUP BY ALL
),
judged AS (
  SELECT
    begins, segment, events, windows_before,
    round(usual, 2)                                 AS usual,
    round(greatest(scattered, sqrt(usual)), 2)      AS deviation
  FROM compared
  WHERE windows_before >= 6
)
SELECT
  begins                                            AS window_start,
  begins + INTERVAL 5 MINUTE                        AS window_end,
  segment,
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
