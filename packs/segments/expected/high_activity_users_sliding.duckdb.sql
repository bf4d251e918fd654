-- features: S5
-- Users with more than a hundred events in five minutes that begin with any minute. An event that is not later than
-- five seconds before what the stream had come to is late, and in no figure; the stream comes to the largest time so
-- far or, once it has been quiet for five seconds, to what the clock (four ticks a second) says less those five.
WITH moved AS (
  SELECT *, date_trunc('minute', happened) - to_minutes(unnest(range(0, 5))) AS begins FROM in_time
)
SELECT
  begins                      AS window_start,
  begins + INTERVAL 5 MINUTE  AS window_end,
  user_id,
  count(*)                    AS event_count
FROM moved
GROUP BY begins, user_id
HAVING count(*) > 100
