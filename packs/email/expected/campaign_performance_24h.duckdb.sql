-- features: E11, E13
-- Mails, conversions and money of each campaign in 24 hours, every five minutes anew; what belongs to no campaign is of
-- 'none'.
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
  SELECT *, time_bucket(INTERVAL 5 MINUTE, happened) + to_minutes(5 * unnest(range(1, 24 * 12 + 1))) AS ends FROM told
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
