-- features: E4
-- How often each user did what, and when last; over less than a day, in which nobody is forgotten.
WITH all_events AS (
  SELECT 'analytics' AS topic, * EXCLUDE (_row) FROM "analytics-events"
  UNION ALL SELECT 'user', * EXCLUDE (_row) FROM "user-actions"
  UNION ALL SELECT 'email', * EXCLUDE (_row) FROM "email-events"
  UNION ALL SELECT 'conversion', * EXCLUDE (_row) FROM "conversion-events"
)
SELECT
  user_id,
  event_type,
  count(*)          AS events,
  max("timestamp")  AS last_at
FROM all_events
GROUP BY user_id, event_type
