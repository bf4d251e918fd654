-- features: E6, E7, E8
-- Mails of each 60 minutes and what came of them, each minute anew: for each hundred mails that were sent in the same
-- hour.
WITH all_events AS (
  SELECT 'analytics' AS topic, * EXCLUDE (_row) FROM "analytics-events"
  UNION ALL SELECT 'user', * EXCLUDE (_row) FROM "user-actions"
  UNION ALL SELECT 'email', * EXCLUDE (_row) FROM "email-events"
  UNION ALL SELECT 'conversion', * EXCLUDE (_row) FROM "conversion-events"
),
told AS (
  SELECT
    _order,
    "timestamp"                                                                 AS happened,
    user_id,
    event_type,
    coalesce(campaign_id, 'none')                                               AS campaign,
    -- What a user did: neither a mail that somebody was sent nor what the service tells of itself.
    event_type NOT IN ('email_sent', 'email_bounced', 'error', 'api_request')   AS is_activity,
    CASE WHEN event_type = 'conversion' THEN TRY_CAST(properties['revenue'] AS DECIMAL(12, 2)) END AS revenue
  FROM all_events
),
moved AS (
  SELECT *, date_trunc('minute', happened) + to_minutes(unnest(range(1, 61))) AS ends FROM told
),
-- How far each topic had come before each event; of the clock its four ticks a second count.
clock AS (
  SELECT _order, topic, happened, _at, time_bucket(INTERVAL 250 MILLISECOND, _at) AS tick
  FROM (SELECT *, "timestamp" AS happened FROM all_events)
),
topics AS (
  SELECT
    _order,
    tick - INTERVAL 5 SECOND                                        AS quiet_since,
    max(CASE WHEN c.topic = t.topic THEN happened END) OVER earlier AS latest,
    max(CASE WHEN c.topic = t.topic THEN _at END) OVER earlier      AS last_at
  FROM clock AS c, (VALUES ('analytics'), ('user'), ('email'), ('conversion')) AS t (topic)
  WINDOW earlier AS (PARTITION BY t.topic ORDER BY _order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
-- All have come as far as the one that is the least far; one that has been quiet for five seconds is not waited for,
-- and where all are quiet the clock counts, less these five seconds. Ten more seconds are given to late events.
together AS (
  SELECT
    _order,
    coalesce(
      min(latest) FILTER (last_at > quiet_since),
      min(greatest(latest, quiet_since)) FILTER (latest IS NOT NULL)
    ) AS reached
  FROM topics
  GROUP BY _order
),
watermarks AS (
  SELECT _order, max(reached) OVER (ORDER BY _order) - INTERVAL 10 SECOND AS watermark FROM together
),
in_time AS (
  SELECT *
  FROM moved
  JOIN watermarks USING (_order)
  WHERE watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark
),
counted AS (
  SELECT
    ends,
    count(*) FILTER (event_type = 'email_sent')       AS sends,
    count(*) FILTER (event_type = 'email_opened')     AS opens,
    count(*) FILTER (event_type = 'email_clicked')    AS clicks,
    count(*) FILTER (event_type = 'email_bounced')    AS bounces,
    count(*) FILTER (event_type = 'conversion')       AS conversions,
    count(*) FILTER (event_type = 'referral_made')    AS referrals,
    count(*) FILTER (event_type = 'contest_joined')   AS joins,
    sum(revenue)                                      AS revenue
  FROM in_time
  GROUP BY ends
)
-- Rates are for each hundred, half up in whole hundredths.
SELECT
  ends - INTERVAL 1 HOUR    AS window_start,
  ends                      AS window_end,
  sends                     AS total_sends_1h,
  opens                     AS total_opens_1h,
  clicks                    AS total_clicks_1h,
  bounces                   AS total_bounces_1h,
  CASE WHEN sends > 0 THEN ((20000 * opens + sends) // (2 * sends))::DECIMAL(38, 0) / 100 END AS email_open_rate_1h,
  CASE WHEN sends > 0 THEN ((20000 * clicks + sends) // (2 * sends))::DECIMAL(38, 0) / 100 END AS email_click_rate_1h,
  CASE
    WHEN opens > 0 THEN ((20000 * clicks + opens) // (2 * opens))::DECIMAL(38, 0) / 100
  END AS click_to_open_rate_1h,
  CASE WHEN sends > 0 THEN ((20000 * bounces + sends) // (2 * sends))::DECIMAL(38, 0) / 100 END AS bounce_rate_1h,
  conversions               AS conversions_1h,
  referrals                 AS referrals_1h,
  joins                     AS contest_joins_1h,
  CASE
    WHEN referrals > 0 THEN ((20000 * conversions + referrals) // (2 * referrals))::DECIMAL(38, 0) / 100
  END AS referral_conversion_rate_1h,
  CASE
    WHEN joins > 0 THEN ((20000 * conversions + joins) // (2 * joins))::DECIMAL(38, 0) / 100
  END AS contest_conversion_rate_1h,
  coalesce(revenue, 0)      AS revenue_1h,
  CASE
    WHEN conversions > 0 THEN
      ((CAST(revenue * 200 AS HUGEINT) + conversions) // (2 * conversions))::DECIMAL(38, 0) / 100
  END                       AS revenue_per_conversion
FROM counted
