-- What happened in each second, minute, hour and day: the same counts, so that minutes add up to hours and hours to days, but for what
-- came when its minute was over. Distinct users do not: a user of two minutes is one user of the hour; nor do rates.
CREATE MATERIALIZED VIEW metrics_realtime WITH ('max-rows' = '3600') AS
SELECT
  window_start,
  window_end,
  COUNT(*)                                                              AS events,
  COUNT(DISTINCT user_id) FILTER (WHERE is_activity)                    AS active_users,
  COUNT(*) FILTER (WHERE event_type = 'user_registration')              AS registrations,
  COUNT(*) FILTER (WHERE event_type = 'email_sent')                     AS sends,
  COUNT(*) FILTER (WHERE event_type = 'email_bounced')                  AS bounces,
  COUNT(*) FILTER (WHERE event_type = 'email_opened')                   AS opens,
  COUNT(*) FILTER (WHERE event_type = 'email_clicked')                  AS clicks,
  COUNT(*) FILTER (WHERE event_type = 'referral_made')                  AS referrals,
  COUNT(*) FILTER (WHERE event_type = 'contest_joined')                 AS contest_joins,
  COUNT(*) FILTER (WHERE event_type = 'conversion')                     AS conversions,
  COUNT(*) FILTER (WHERE event_type = 'error')                          AS errors,
  COUNT(*) FILTER (WHERE event_type = 'api_request')                    AS api_requests,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_sent')      AS reached_users,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type IN ('email_opened', 'email_clicked')) AS engaged_users,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'conversion')      AS converted_users,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_opened')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(9, 2))                     AS engagement_rate,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'conversion')
    / NULLIF(COUNT(DISTINCT user_id) FILTER (WHERE is_activity), 0) AS DECIMAL(9, 2))                    AS conversion_rate,
  COALESCE(SUM(revenue), 0)                                             AS revenue
FROM TABLE(TUMBLE(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '1' SECOND))
GROUP BY window_start, window_end;

CREATE MATERIALIZED VIEW metrics_minute WITH ('max-rows' = '10080') AS
SELECT
  window_start,
  window_end,
  COUNT(*)                                                              AS events,
  COUNT(DISTINCT user_id) FILTER (WHERE is_activity)                    AS active_users,
  COUNT(*) FILTER (WHERE event_type = 'user_registration')              AS registrations,
  COUNT(*) FILTER (WHERE event_type = 'email_sent')                     AS sends,
  COUNT(*) FILTER (WHERE event_type = 'email_bounced')                  AS bounces,
  COUNT(*) FILTER (WHERE event_type = 'email_opened')                   AS opens,
  COUNT(*) FILTER (WHERE event_type = 'email_clicked')                  AS clicks,
  COUNT(*) FILTER (WHERE event_type = 'referral_made')                  AS referrals,
  COUNT(*) FILTER (WHERE event_type = 'contest_joined')                 AS contest_joins,
  COUNT(*) FILTER (WHERE event_type = 'conversion')                     AS conversions,
  COUNT(*) FILTER (WHERE event_type = 'error')                          AS errors,
  COUNT(*) FILTER (WHERE event_type = 'api_request')                    AS api_requests,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_sent')      AS reached_users,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type IN ('email_opened', 'email_clicked')) AS engaged_users,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'conversion')      AS converted_users,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_opened')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(9, 2))                     AS engagement_rate,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'conversion')
    / NULLIF(COUNT(DISTINCT user_id) FILTER (WHERE is_activity), 0) AS DECIMAL(9, 2))                    AS conversion_rate,
  COALESCE(SUM(revenue), 0)                                             AS revenue
FROM TABLE(TUMBLE(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;

CREATE MATERIALIZED VIEW metrics_hour WITH ('max-rows' = '2160') AS
SELECT
  window_start,
  window_end,
  COUNT(*)                                                              AS events,
  COUNT(DISTINCT user_id) FILTER (WHERE is_activity)                    AS active_users,
  COUNT(*) FILTER (WHERE event_type = 'user_registration')              AS registrations,
  COUNT(*) FILTER (WHERE event_type = 'email_sent')                     AS sends,
  COUNT(*) FILTER (WHERE event_type = 'email_bounced')                  AS bounces,
  COUNT(*) FILTER (WHERE event_type = 'email_opened')                   AS opens,
  COUNT(*) FILTER (WHERE event_type = 'email_clicked')                  AS clicks,
  COUNT(*) FILTER (WHERE event_type = 'referral_made')                  AS referrals,
  COUNT(*) FILTER (WHERE event_type = 'contest_joined')                 AS contest_joins,
  COUNT(*) FILTER (WHERE event_type = 'conversion')                     AS conversions,
  COUNT(*) FILTER (WHERE event_type = 'error')                          AS errors,
  COUNT(*) FILTER (WHERE event_type = 'api_request')                    AS api_requests,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_sent')      AS reached_users,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type IN ('email_opened', 'email_clicked')) AS engaged_users,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'conversion')      AS converted_users,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_opened')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(9, 2))                     AS engagement_rate,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'conversion')
    / NULLIF(COUNT(DISTINCT user_id) FILTER (WHERE is_activity), 0) AS DECIMAL(9, 2))                    AS conversion_rate,
  COALESCE(SUM(revenue), 0)                                             AS revenue
FROM TABLE(TUMBLE(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '1' HOUR))
GROUP BY window_start, window_end;

CREATE MATERIALIZED VIEW metrics_day WITH ('max-rows' = '731') AS
SELECT
  window_start,
  window_end,
  COUNT(*)                                                              AS events,
  COUNT(DISTINCT user_id) FILTER (WHERE is_activity)                    AS active_users,
  COUNT(*) FILTER (WHERE event_type = 'user_registration')              AS registrations,
  COUNT(*) FILTER (WHERE event_type = 'email_sent')                     AS sends,
  COUNT(*) FILTER (WHERE event_type = 'email_bounced')                  AS bounces,
  COUNT(*) FILTER (WHERE event_type = 'email_opened')                   AS opens,
  COUNT(*) FILTER (WHERE event_type = 'email_clicked')                  AS clicks,
  COUNT(*) FILTER (WHERE event_type = 'referral_made')                  AS referrals,
  COUNT(*) FILTER (WHERE event_type = 'contest_joined')                 AS contest_joins,
  COUNT(*) FILTER (WHERE event_type = 'conversion')                     AS conversions,
  COUNT(*) FILTER (WHERE event_type = 'error')                          AS errors,
  COUNT(*) FILTER (WHERE event_type = 'api_request')                    AS api_requests,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_sent')      AS reached_users,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type IN ('email_opened', 'email_clicked')) AS engaged_users,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'conversion')      AS converted_users,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_opened')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(9, 2))                     AS engagement_rate,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'conversion')
    / NULLIF(COUNT(DISTINCT user_id) FILTER (WHERE is_activity), 0) AS DECIMAL(9, 2))                    AS conversion_rate,
  COALESCE(SUM(revenue), 0)                                             AS revenue
FROM TABLE(TUMBLE(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '1' DAY))
GROUP BY window_start, window_end;
