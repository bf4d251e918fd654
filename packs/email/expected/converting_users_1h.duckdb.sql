-- features: E7
-- Of the users who referred somebody, or joined a contest, within 60 minutes: how many converted themselves within the
-- same.
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
users AS (
  SELECT
    ends,
    user_id,
    bool_or(event_type = 'referral_made')   AS has_referred,
    bool_or(event_type = 'contest_joined')  AS has_joined,
    bool_or(event_type = 'conversion')      AS has_converted
  FROM in_time
  WHERE event_type IN ('referral_made', 'contest_joined', 'conversion')
  GROUP BY ends, user_id
),
counted AS (
  SELECT
    ends,
    count(*) FILTER (has_referred)                    AS referring,
    count(*) FILTER (has_referred AND has_converted)  AS referring_converted,
    count(*) FILTER (has_joined)                      AS joining,
    count(*) FILTER (has_joined AND has_converted)    AS joining_converted
  FROM users
  GROUP BY ends
)
-- Rates are for each hundred, half up in whole hundredths.
SELECT
  ends - INTERVAL 1 HOUR    AS window_start,
  ends                      AS window_end,
  referring                 AS referring_users,
  referring_converted       AS referring_users_converted,
  CASE
    WHEN referring > 0 THEN ((20000 * referring_converted + referring) // (2 * referring))::DECIMAL(38, 0) / 100
  END AS referring_users_conversion_rate,
  joining                   AS contest_users,
  joining_converted         AS contest_users_converted,
  CASE
    WHEN joining > 0 THEN ((20000 * joining_converted + joining) // (2 * joining))::DECIMAL(38, 0) / 100
  END AS contest_users_conversion_rate
FROM counted
