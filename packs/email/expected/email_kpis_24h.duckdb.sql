-- features: E8, E9
-- Money, conversions, active users and engagement of 24 hours, and how they have grown since the 24 hours before. Those are
-- compared with where they are known whole: where something happened before they began.
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
),
figures AS (
  SELECT
    ends,
    CAST(revenue * 100 AS HUGEINT) AS cents,
    conversions,
    active_users,
    -- The rate as it is shown, in hundredths.
    CASE WHEN reached > 0 THEN (20000 * reached_and_engaged + reached) // (2 * reached) END AS engagement
  FROM counted JOIN engaging USING (ends)
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
LEFT JOIN figures AS b
  ON b.ends = n.ends - INTERVAL 24 HOUR AND b.ends - INTERVAL 24 HOUR >= (SELECT min(ends) FROM figures)
