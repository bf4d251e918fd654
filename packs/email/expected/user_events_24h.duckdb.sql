-- features: E4
-- How often each user did what, and when last; over less than a day, in which nobody is forgotten.
SELECT
  user_id,
  event_type,
  count(*)          AS events,
  max("timestamp")  AS last_at
FROM all_events
GROUP BY user_id, event_type
