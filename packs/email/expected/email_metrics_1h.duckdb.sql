-- features: E6, E7, E8
-- Mails of each 60 minutes and what came of them, each minute anew: for each hundred mails that were sent in the same
-- hour.
WITH moved AS (
  SELECT *, date_trunc('minute', happened) + to_minutes(unnest(range(1, 61))) AS ends FROM told
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
      ((CAST(coalesce(revenue, 0) * 200 AS HUGEINT) + conversions) // (2 * conversions))::DECIMAL(38, 0) / 100
  END                       AS revenue_per_conversion
FROM counted
