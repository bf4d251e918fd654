-- The last hour, each minute anew. Opens and clicks may belong to mails of the hour before, so a rate of them may pass a hundred;
-- what became of the mails of an hour is in send_cohorts. A rate is NULL where there is nothing to divide by.
CREATE MATERIALIZED VIEW email_metrics_1h WITH ('max-rows' = '1440') AS
SELECT
  window_start,
  window_end,
  COUNT(*) FILTER (WHERE event_type = 'email_sent')                     AS total_sends_1h,
  COUNT(*) FILTER (WHERE event_type = 'email_opened')                   AS total_opens_1h,
  COUNT(*) FILTER (WHERE event_type = 'email_clicked')                  AS total_clicks_1h,
  COUNT(*) FILTER (WHERE event_type = 'email_bounced')                  AS total_bounces_1h,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_opened')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(9, 2))        AS email_open_rate_1h,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_clicked')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(9, 2))        AS email_click_rate_1h,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_clicked')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_opened'), 0) AS DECIMAL(9, 2))      AS click_to_open_rate_1h,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_bounced')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(9, 2))        AS bounce_rate_1h,
  COUNT(*) FILTER (WHERE event_type = 'conversion')                     AS conversions_1h,
  COUNT(*) FILTER (WHERE event_type = 'referral_made')                  AS referrals_1h,
  COUNT(*) FILTER (WHERE event_type = 'contest_joined')                 AS contest_joins_1h,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'conversion')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'referral_made'), 0) AS DECIMAL(9, 2))     AS referral_conversion_rate_1h,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'conversion')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'contest_joined'), 0) AS DECIMAL(9, 2))    AS contest_conversion_rate_1h,
  COALESCE(SUM(revenue), 0)                                             AS revenue_1h,
  CAST(COALESCE(SUM(revenue), 0) / NULLIF(COUNT(*) FILTER (WHERE event_type = 'conversion'), 0) AS DECIMAL(12, 2)) AS revenue_per_conversion
FROM TABLE(HOP(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '1' MINUTE, INTERVAL '1' HOUR))
GROUP BY window_start, window_end;

-- Users by what they did within the hour: of those who referred somebody or joined a contest, how many converted.
CREATE VIEW users_of_the_hour AS
SELECT
  window_start, window_end, user_id,
  COUNT(*) FILTER (WHERE event_type = 'referral_made')    AS referrals,
  COUNT(*) FILTER (WHERE event_type = 'contest_joined')   AS contest_joins,
  COUNT(*) FILTER (WHERE event_type = 'conversion')       AS conversions
FROM TABLE(HOP(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '1' MINUTE, INTERVAL '1' HOUR))
WHERE event_type IN ('referral_made', 'contest_joined', 'conversion')
GROUP BY window_start, window_end, user_id;

CREATE MATERIALIZED VIEW converting_users_1h WITH ('max-rows' = '1440') AS
SELECT
  window_start,
  window_end,
  COUNT(*) FILTER (WHERE referrals > 0)                             AS referring_users,
  COUNT(*) FILTER (WHERE referrals > 0 AND conversions > 0)         AS referring_users_converted,
  CAST(100.0 * COUNT(*) FILTER (WHERE referrals > 0 AND conversions > 0)
    / NULLIF(COUNT(*) FILTER (WHERE referrals > 0), 0) AS DECIMAL(5, 2))        AS referring_users_conversion_rate,
  COUNT(*) FILTER (WHERE contest_joins > 0)                         AS contest_users,
  COUNT(*) FILTER (WHERE contest_joins > 0 AND conversions > 0)     AS contest_users_converted,
  CAST(100.0 * COUNT(*) FILTER (WHERE contest_joins > 0 AND conversions > 0)
    / NULLIF(COUNT(*) FILTER (WHERE contest_joins > 0), 0) AS DECIMAL(5, 2))    AS contest_users_conversion_rate
FROM users_of_the_hour
GROUP BY window_start, window_end;

-- The last 24 hours, every five minutes anew. Engagement is of the users who were sent a mail in them: those of both, which are
-- the sent ones and the engaged ones, less those of either. Who reads a mail of yesterday alone is engaged, and no part of it.
CREATE MATERIALIZED VIEW email_metrics_24h WITH ('max-rows' = '2016') AS
SELECT
  window_start,
  window_end,
  window_time,
  1                                                                     AS project,
  COUNT(*) FILTER (WHERE event_type = 'email_sent')                     AS sends_24h,
  COUNT(*) FILTER (WHERE event_type = 'email_bounced')                  AS bounces_24h,
  COUNT(*) FILTER (WHERE event_type = 'email_opened')                   AS opens_24h,
  COUNT(*) FILTER (WHERE event_type = 'email_clicked')                  AS clicks_24h,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_opened')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(9, 2))        AS open_rate_24h,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_clicked')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(9, 2))        AS click_rate_24h,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_clicked')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_opened'), 0) AS DECIMAL(9, 2))      AS click_to_open_rate_24h,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_bounced')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(9, 2))        AS bounce_rate_24h,
  COALESCE(SUM(revenue), 0)                                             AS revenue_24h,
  COUNT(*) FILTER (WHERE event_type = 'conversion')                     AS conversions_24h,
  COUNT(DISTINCT user_id) FILTER (WHERE is_activity)                    AS active_users_24h,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_sent')      AS reached_users_24h,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type IN ('email_opened', 'email_clicked')) AS engaged_users_24h,
  CAST(100.0 * (
      COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_sent')
      + COUNT(DISTINCT user_id) FILTER (WHERE event_type IN ('email_opened', 'email_clicked'))
      - COUNT(DISTINCT user_id) FILTER (WHERE event_type IN ('email_sent', 'email_opened', 'email_clicked'))
    ) / NULLIF(COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(5, 2))   AS engagement_rate_24h
FROM TABLE(HOP(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '5' MINUTE, INTERVAL '24' HOUR))
GROUP BY window_start, window_end, window_time;

-- With the end of the first window that had anything: what came first lies in the five minutes before it.
CREATE VIEW email_metrics_since AS
SELECT
  window_start, window_end, window_time, project,
  revenue_24h, conversions_24h, active_users_24h, engagement_rate_24h,
  MIN(window_end) OVER (ORDER BY window_time) AS first_end
FROM email_metrics_24h;

-- The same 24 hours beside those before them. Growth is (now - before) / before, per cent; NULL where something was zero before,
-- and where nothing is known from before those 24 hours: then they may be a part of a day only.
CREATE VIEW email_days AS
SELECT
  c.window_start, c.window_end, c.window_time,
  c.revenue_24h, c.conversions_24h, c.active_users_24h, c.engagement_rate_24h,
  CASE WHEN c.first_end <= b.window_start THEN b.revenue_24h END              AS revenue_before,
  CASE WHEN c.first_end <= b.window_start THEN b.conversions_24h END          AS conversions_before,
  CASE WHEN c.first_end <= b.window_start THEN b.active_users_24h END         AS active_users_before,
  CASE WHEN c.first_end <= b.window_start THEN b.engagement_rate_24h END      AS engagement_rate_before
FROM email_metrics_since AS c
LEFT JOIN email_metrics_24h AS b
  ON c.project = b.project AND b.window_time BETWEEN c.window_time - INTERVAL '24' HOUR AND c.window_time - INTERVAL '24' HOUR;

CREATE MATERIALIZED VIEW email_kpis_24h WITH ('max-rows' = '2016') AS
SELECT
  window_start,
  window_end,
  window_time,
  revenue_24h,
  conversions_24h,
  active_users_24h,
  engagement_rate_24h,
  CAST(100.0 * (revenue_24h - revenue_before) / NULLIF(revenue_before, 0) AS DECIMAL(12, 2))                               AS revenue_growth_24h,
  CAST(100.0 * (conversions_24h - conversions_before) / NULLIF(conversions_before, 0) AS DECIMAL(12, 2))                   AS conversion_growth_24h,
  CAST(100.0 * (active_users_24h - active_users_before) / NULLIF(active_users_before, 0) AS DECIMAL(12, 2))                AS user_growth_24h,
  CAST(100.0 * (engagement_rate_24h - engagement_rate_before) / NULLIF(engagement_rate_before, 0) AS DECIMAL(12, 2))       AS engagement_growth_24h
FROM email_days;
