-- features: S15
-- How many users did something in five minutes, every ten seconds anew, and how often. An event that is not later than
-- five seconds before what the stream had come to is late, and in no figure; the stream comes to the largest time so
-- far or, once it has been quiet for five seconds, to what the clock (four ticks a second) says less those five.
WITH moved AS (
  SELECT *, time_bucket(INTERVAL 10 SECOND, happened) - to_seconds(10 * unnest(range(0, 30))) AS begins FROM in_time
)
SELECT
  begins                      AS window_start,
  begins + INTERVAL 5 MINUTE  AS window_end,
  count(DISTINCT user_id)     AS active_users,
  count(*)                    AS events
FROM moved
GROUP BY begins
