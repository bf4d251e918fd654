-- features: S3, S4
-- Events of each minute by the segment that their user had at that moment; who has none is 'unknown'. An event that is
-- not later than five seconds before what the stream had come to is late, and in no figure; the stream comes to the
-- largest time so far or, once it has been quiet for five seconds, to what the clock (four ticks a second) says less
-- those five.
WITH moments AS (
  SELECT
    *,
    make_timestamptz("timestamp" * 1000)         AS happened,
    lag(_at) OVER (ORDER BY _row)              AS last_at,
    time_bucket(INTERVAL 250 MILLISECOND, _at) AS tick
  FROM raw_events
),
reached AS (
  SELECT
    *,
    greatest(
      max(happened) OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
      max(tick - INTERVAL 5 SECOND) FILTER (tick - last_at >= INTERVAL 5 SECOND) OVER (ORDER BY _row)
    ) - INTERVAL 5 SECOND AS watermark
  FROM moments
),
in_time AS (
  SELECT * FROM reached WHERE watermark IS NULL OR happened > watermark
),
profiles AS (
  -- What came last is valid where two are from the same moment on.
  SELECT user_id, valid_from, arg_max(row(segment), _row)[1] AS segment
  FROM (SELECT *, make_timestamptz(coalesce(updated_at, registration_date) * 1000) AS valid_from FROM user_profiles)
  GROUP BY user_id, valid_from
),
enriched AS (
  SELECT e.user_id, e.event_type, e.properties, e.happened, coalesce(p.segment, 'unknown') AS segment
  FROM in_time AS e
  ASOF LEFT JOIN profiles AS p ON e.user_id = p.user_id AND e.happened >= p.valid_from
)
SELECT
  date_trunc('minute', happened)                                                      AS window_start,
  date_trunc('minute', happened) + INTERVAL 1 MINUTE                                  AS window_end,
  date_trunc('minute', happened) + INTERVAL 1 MINUTE - INTERVAL 1 MILLISECOND         AS window_time,
  segment,
  count(*)                                                                            AS event_count
FROM enriched
GROUP BY ALL
