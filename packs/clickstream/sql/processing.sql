-- What was taken in each minute of arrival, what was not, and how old the newest event was when the last one came.
CREATE MATERIALIZED VIEW processing_by_minute WITH ('retention' = '7 d') AS
SELECT
  `minute`,
  SUM(taken)                                                                AS events,
  SUM(dead)                                                                 AS errors,
  SUM(taken) + SUM(dead)                                                    AS total,
  CAST(SUM(taken) / 60.00 AS DECIMAL(12, 2))                                AS events_per_second,
  (EXTRACT(EPOCH FROM MAX(arrived_at)) - EXTRACT(EPOCH FROM MAX(event_ts))) * 1000
    + EXTRACT(MILLISECOND FROM MAX(arrived_at)) - EXTRACT(MILLISECOND FROM MAX(event_ts)) AS lag_ms
FROM (
  SELECT FLOOR(arrived_at TO MINUTE) AS `minute`, 1 AS taken, 0 AS dead, arrived_at, event_ts FROM clickstream_events
  UNION ALL
  SELECT FLOOR(received_at TO MINUTE), 0, 1, CAST(NULL AS TIMESTAMP_LTZ(3)), CAST(NULL AS TIMESTAMP_LTZ(3))
  FROM `clickstream_events$dead`
)
GROUP BY `minute`;
