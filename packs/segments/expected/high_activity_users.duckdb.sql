-- features: S5
-- Users with more than a hundred events in five minutes of the clock. An event that is not later than five seconds
-- before what the stream had come to is late, and in no figure; the stream comes to the largest time so far or, once it
-- has been quiet for five seconds, to what the clock (four ticks a second) says less those five.
SELECT
  time_bucket(INTERVAL 5 MINUTE, happened)                      AS window_start,
  time_bucket(INTERVAL 5 MINUTE, happened) + INTERVAL 5 MINUTE  AS window_end,
  user_id,
  count(*)                                                      AS event_count
FROM in_time
GROUP BY ALL
HAVING count(*) > 100
