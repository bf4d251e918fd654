-- features: S15
-- How many users did something in five minutes, every ten seconds anew, and how often. An event that is not later than
-- five seconds before what the stream had come to is late, and in no figure; the stream comes to the largest time so
-- far or, once it has been quiet for five seconds, to what the clock (four ticks a second) says less those five.
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
moved AS (
  SELECT *, time_bucket(INTERVAL 10 SECOND, happened) - to_seconds(10 * unnest(range(0, 30))) AS begins FROM in_time
)
SELECT
  begins                      AS window_start,
  begins + INTERVAL 5 MINUTE  AS window_end,
  count(DISTINCT user_id)     AS active_users,
  count(*)                    AS events
FROM moved
GROUP BY begins
