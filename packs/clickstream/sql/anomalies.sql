-- Is it usual? Each five minutes beside those of the hour before, by type of event, when they are over. Unusual is what is three deviations off, and
-- by two fifths less or four fifths more, where at least 600 events are usual: the curve of a day moves less in an hour.
CREATE VIEW click_per_five_minutes AS
SELECT window_start, window_end, window_time, event_type, COUNT(*) AS events
FROM TABLE(TUMBLE(TABLE clickstream_events, DESCRIPTOR(event_ts), INTERVAL '5' MINUTE))
GROUP BY window_start, window_end, window_time, event_type;

-- What the frame holds without the window itself. Squares are added up beside the counts: the deviation follows from both.
CREATE VIEW click_and_the_hour_before AS
SELECT
  window_start, window_end, event_type, events,
  COUNT(*) OVER w - 1                                               AS windows_before,
  CAST(SUM(events) OVER w - events AS DOUBLE)                       AS sum_before,
  CAST(SUM(events * events) OVER w - events * events AS DOUBLE)     AS squares_before
FROM click_per_five_minutes
WINDOW w AS (PARTITION BY event_type ORDER BY window_time RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW);

-- Counts scatter by their root at least, so a deviation that happens to be less is that.
CREATE VIEW click_beside_usual AS
SELECT
  *,
  ROUND(sum_before / windows_before, 2) AS usual,
  ROUND(SQRT(GREATEST(
    (squares_before - sum_before * sum_before / windows_before) / (windows_before - 1),
    sum_before / windows_before
  )), 2) AS deviation
FROM click_and_the_hour_before
WHERE windows_before >= 6;

CREATE MATERIALIZED VIEW click_anomalies WITH ('max-rows' = '20000') AS
SELECT
  window_start, window_end, event_type, events, windows_before, usual, deviation,
  direction IS NOT NULL AS is_anomaly, direction
FROM (
  SELECT
    *,
    CASE
      WHEN usual < 600 THEN CAST(NULL AS STRING)
      WHEN events <= 0.6 * usual AND usual - events >= 3 * deviation THEN 'down'
      WHEN events >= 1.8 * usual AND events - usual >= 3 * deviation THEN 'up'
    END AS direction
  FROM click_beside_usual
);
