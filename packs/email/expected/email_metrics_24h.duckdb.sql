-- features: E8, E12
-- Mails, money and users of 24 hours, every five minutes anew.
WITH moved AS (
  SELECT *, time_bucket(INTERVAL 5 MINUTE, happened) + to_minutes(5 * unnest(range(1, 24 * 12 + 1))) AS ends FROM told
),
in_time AS (
  SELECT *
  FROM moved
  JOIN watermarks USING (_order)
  WHERE watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark
),
-- Users of 24 hours by what happened to them.
users AS (
  SELECT
    ends,
    user_id,
    bool_or(event_type = 'email_sent')                          AS is_reached,
    bool_or(event_type IN ('email_opened', 'email_clicked'))    AS is_engaged
  FROM in_time
  GROUP BY ends, user_id
),
engaging AS (
  SELECT
    ends,
    count(*) FILTER (is_reached)                  AS reached,
    count(*) FILTER (is_engaged)                  AS engaged,
    count(*) FILTER (is_reached AND is_engaged)   AS reached_and_engaged
  FROM users
  GROUP BY ends
),
counted AS (
  SELECT
    ends,
    count(*) FILTER (event_type = 'email_sent')                     AS sends,
    count(*) FILTER (event_type = 'email_bounced')                  AS bounces,
    count(*) FILTER (event_type = 'email_opened')                   AS opens,
    count(*) FILTER (event_type = 'email_clicked')                  AS clicks,
    coalesce(sum(revenue), 0)                                       AS revenue,
    count(*) FILTER (event_type = 'conversion')                     AS conversions,
    count(DISTINCT user_id) FILTER (is_activity)                    AS active_users
  FROM in_time
  GROUP BY ends
)
-- Rates are for each hundred, half up in whole hundredths.
SELECT
  ends - INTERVAL 24 HOUR         AS window_start,
  ends                            AS window_end,
  ends - INTERVAL 1 MILLISECOND   AS window_time,
  1                               AS project,
  sends                           AS sends_24h,
  bounces                         AS bounces_24h,
  opens                           AS opens_24h,
  clicks                          AS clicks_24h,
  CASE WHEN sends > 0 THEN ((20000 * opens + sends) // (2 * sends))::DECIMAL(38, 0) / 100 END AS open_rate_24h,
  CASE WHEN sends > 0 THEN ((20000 * clicks + sends) // (2 * sends))::DECIMAL(38, 0) / 100 END AS click_rate_24h,
  CASE
    WHEN opens > 0 THEN ((20000 * clicks + opens) // (2 * opens))::DECIMAL(38, 0) / 100
  END AS click_to_open_rate_24h,
  CASE WHEN sends > 0 THEN ((20000 * bounces + sends) // (2 * sends))::DECIMAL(38, 0) / 100 END AS bounce_rate_24h,
  revenue                         AS revenue_24h,
  conversions                     AS conversions_24h,
  active_users                    AS active_users_24h,
  reached                         AS reached_users_24h,
  engaged                         AS engaged_users_24h,
  CASE
    WHEN reached > 0 THEN ((20000 * reached_and_engaged + reached) // (2 * reached))::DECIMAL(38, 0) / 100
  END AS engagement_rate_24h
FROM counted JOIN engaging USING (ends)
