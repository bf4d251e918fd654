-- features: E8, E9
-- Money, conversions, active users and engagement of 24 hours, and how they have grown since the 24 hours before.
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
    count(*) FILTER (event_type = 'email_sent')                     AS sends,
    count(*) FILTER (event_type = 'email_bounced')                  AS bounces,
    count(*) FILTER (event_type = 'email_opened')                   AS opens,
    count(*) FILTER (event_type = 'email_clicked')                  AS clicks,
    coalesce(sum(revenue), 0)                                       AS revenue,
    count(*) FILTER (event_type = 'conversion')                     AS conversions,
    count(DISTINCT user_id) FILTER (is_activity)                    AS active_users,
    count(DISTINCT user_id) FILTER (event_type = 'email_sent')      AS reached,
    count(DISTINCT user_id) FILTER (event_type IN ('email_opened', 'email_clicked')) AS engaged
  FROM in_time
  GROUP BY ends
),
figures AS (
  SELECT
    ends,
    CAST(revenue * 100 AS HUGEINT) AS cents,
    conversions,
    active_users,
    -- The rate as it is shown, in hundredths.
    CASE WHEN reached > 0 THEN (20000 * engaged + reached) // (2 * reached) END AS engagement
  FROM counted
)
-- Growth is for each hundred of what was before, in hundredths, half away from zero.
SELECT
  n.ends - INTERVAL 24 HOUR         AS window_start,
  n.ends                            AS window_end,
  n.ends - INTERVAL 1 MILLISECOND   AS window_time,
  n.cents::DECIMAL(38, 0) / 100     AS revenue_24h,
  n.conversions                     AS conversions_24h,
  n.active_users                    AS active_users_24h,
  n.engagement::DECIMAL(38, 0) / 100 AS engagement_rate_24h,
  CASE
    WHEN b.cents > 0 THEN
      sign(n.cents - b.cents)
        * ((abs(n.cents - b.cents) * 20000 + b.cents) // (2 * b.cents))::DECIMAL(38, 0)
        / 100
  END AS revenue_growth_24h,
  CASE
    WHEN b.conversions > 0 THEN
      sign(n.conversions - b.conversions)
        * ((abs(n.conversions - b.conversions) * 20000 + b.conversions) // (2 * b.conversions))::DECIMAL(38, 0)
        / 100
  END AS conversion_growth_24h,
  CASE
    WHEN b.active_users > 0 THEN
      sign(n.active_users - b.active_users)
        * ((abs(n.active_users - b.active_users) * 20000 + b.active_users) // (2 * b.active_users))::DECIMAL(38, 0)
        / 100
  END AS user_growth_24h,
  CASE
    WHEN b.engagement > 0 THEN
      sign(n.engagement - b.engagement)
        * ((abs(n.engagement - b.engagement) * 20000 + b.engagement) // (2 * b.engagement))::DECIMAL(38, 0)
        / 100
  END AS engagement_growth_24h
FROM figures AS n
LEFT JOIN figures AS b ON b.ends = n.ends - INTERVAL 24 HOUR
