-- features: K7
-- The half hour before each ten seconds, by arrival: sessions and users with an event that was then not half an hour old.
WITH ends AS (
  SELECT *, time_bucket(INTERVAL 10 SECOND, _at) + to_seconds(10 * unnest(range(1, 181))) AS window_end
  FROM clickstream_events
  WHERE event_ts > _at - INTERVAL 30 MINUTE
)
SELECT
  window_end - INTERVAL 30 MINUTE   AS window_start,
  window_end,
  count(DISTINCT session_id)        AS active_sessions,
  count(DISTINCT user_id)           AS active_users
FROM ends
GROUP BY window_end
-- The view keeps six hours.
ORDER BY window_end DESC
LIMIT 2160
