-- features: E7
-- Of the users who referred somebody, or joined a contest, within 60 minutes: how many converted themselves within the
-- same.
WITH moved AS (
  SELECT *, date_trunc('minute', happened) + to_minutes(unnest(range(1, 61))) AS ends FROM told
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
