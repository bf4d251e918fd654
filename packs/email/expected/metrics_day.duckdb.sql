-- features: E5
-- What happened in each day, how often, by how many users, and what it brought in.
WITH moved AS (
  SELECT *, date_trunc('day', happened) + INTERVAL 1 DAY AS ends FROM told
),
in_time AS (
  SELECT *
  FROM moved
  JOIN watermarks USING (_order)
  WHERE watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark
)
SELECT
  ends - INTERVAL 1 DAY AS window_start,
  ends AS window_end,
  count(*)                                                              AS events,
  count(DISTINCT user_id) FILTER (is_activity)                          AS active_users,
  count(*) FILTER (event_type = 'user_registration')                    AS registrations,
  count(*) FILTER (event_type = 'email_sent')                           AS sends,
  count(*) FILTER (event_type = 'email_bounced')                        AS bounces,
  count(*) FILTER (event_type = 'email_opened')                         AS opens,
  count(*) FILTER (event_type = 'email_clicked')                        AS clicks,
  count(*) FILTER (event_type = 'referral_made')                        AS referrals,
  count(*) FILTER (event_type = 'contest_joined')                       AS contest_joins,
  count(*) FILTER (event_type = 'conversion')                           AS conversions,
  count(*) FILTER (event_type = 'error')                                AS errors,
  count(*) FILTER (event_type = 'api_request')                          AS api_requests,
  count(DISTINCT user_id) FILTER (event_type = 'email_sent')            AS reached_users,
  count(DISTINCT user_id) FILTER (event_type IN ('email_opened', 'email_clicked')) AS engaged_users,
  count(DISTINCT user_id) FILTER (event_type = 'conversion')            AS converted_users,
  -- Opens of a hundred sends, conversions of a hundred users that did something; rounded half up.
  CASE WHEN sends > 0 THEN ((20000 * opens + sends) // (2 * sends))::DECIMAL(38, 0) / 100 END AS engagement_rate,
  CASE WHEN active_users > 0 THEN ((20000 * conversions + active_users) // (2 * active_users))::DECIMAL(38, 0) / 100 END
                                                                        AS conversion_rate,
  coalesce(sum(revenue), 0)                                             AS revenue
FROM in_time
GROUP BY ends
