-- features: E11, E13
-- Mails, conversions and money of each campaign in 24 hours, every five minutes anew; what belongs to no campaign is of
-- 'none'.
WITH moved AS (
  SELECT *, time_bucket(INTERVAL 5 MINUTE, happened) + to_minutes(5 * unnest(range(1, 24 * 12 + 1))) AS ends FROM told
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
    campaign,
    count(*) FILTER (event_type = 'email_sent')                     AS sends,
    count(*) FILTER (event_type = 'email_bounced')                  AS bounces,
    count(*) FILTER (event_type = 'email_opened')                   AS opens,
    count(*) FILTER (event_type = 'email_clicked')                  AS clicks,
    count(DISTINCT user_id) FILTER (event_type = 'email_opened')    AS unique_opens,
    count(DISTINCT user_id) FILTER (event_type = 'email_clicked')   AS unique_clicks,
    count(*) FILTER (event_type = 'conversion')                     AS conversions,
    coalesce(sum(revenue), 0)                                       AS revenue
  FROM in_time
  GROUP BY ends, campaign
),
delivered AS (
  -- Of a mail whose sending is longer ago than its return nothing was delivered.
  SELECT *, greatest(sends - bounces, 0) AS delivered FROM counted
)
-- Rates are for each hundred, half up in whole hundredths.
SELECT
  ends - INTERVAL 24 HOUR   AS window_start,
  ends                      AS window_end,
  campaign                  AS campaign_id,
  sends,
  bounces,
  opens,
  clicks,
  unique_opens,
  unique_clicks,
  conversions,
  revenue,
  CASE WHEN sends > 0 THEN ((20000 * opens + sends) // (2 * sends))::DECIMAL(38, 0) / 100 END AS open_rate,
  CASE
    WHEN delivered > 0 THEN ((20000 * unique_opens + delivered) // (2 * delivered))::DECIMAL(38, 0) / 100
  END AS unique_open_rate
FROM delivered
