-- What the twins begin with: the events of the four topics as one, and how far time had come before each of them.

CREATE TABLE all_events AS
SELECT 'analytics' AS topic, * EXCLUDE (_row) FROM "analytics-events"
UNION ALL SELECT 'user', * EXCLUDE (_row) FROM "user-actions"
UNION ALL SELECT 'email', * EXCLUDE (_row) FROM "email-events"
UNION ALL SELECT 'conversion', * EXCLUDE (_row) FROM "conversion-events";

CREATE TABLE told AS
SELECT
  _order,
  "timestamp"                                                                 AS happened,
  user_id,
  event_type,
  coalesce(campaign_id, 'none')                                               AS campaign,
  -- What a user did: neither a mail that somebody was sent nor what the service tells of itself.
  event_type NOT IN ('email_sent', 'email_bounced', 'error', 'api_request')   AS is_activity,
  CASE WHEN event_type = 'conversion' THEN coalesce(properties['currency'], 'USD') END AS currency,
  -- An amount is one in whole cents.
  CASE
    WHEN event_type = 'conversion' AND regexp_full_match(properties['revenue'], '\d+(\.\d{1,2}0*)?')
    THEN TRY_CAST(properties['revenue'] AS DECIMAL(12, 2))
  END                                                                         AS paid,
  -- Only one currency is added up.
  CASE WHEN coalesce(properties['currency'], 'USD') = 'USD' THEN paid END     AS revenue
FROM all_events;

-- How far each topic had come before each event; of the clock its four ticks a second count.
CREATE TABLE clock AS
SELECT _order, topic, happened, _at, time_bucket(INTERVAL 250 MILLISECOND, _at) AS tick
FROM (SELECT *, "timestamp" AS happened FROM all_events);

CREATE TABLE topics AS
SELECT
  _order,
  tick - INTERVAL 5 SECOND                                        AS quiet_since,
  max(CASE WHEN c.topic = t.topic THEN happened END) OVER earlier AS latest,
  max(CASE WHEN c.topic = t.topic THEN _at END) OVER earlier      AS last_at
FROM clock AS c, (VALUES ('analytics'), ('user'), ('email'), ('conversion')) AS t (topic)
WINDOW earlier AS (PARTITION BY t.topic ORDER BY _order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);

-- All have come as far as the one that is the least far; one that has been quiet for five seconds is not waited for,
-- and where all are quiet the clock counts, less these five seconds. Ten more seconds are given to late events.
CREATE TABLE together AS
SELECT
  _order,
  coalesce(
    min(latest) FILTER (last_at > quiet_since),
    min(greatest(latest, quiet_since)) FILTER (latest IS NOT NULL)
  ) AS reached
FROM topics
GROUP BY _order;

CREATE TABLE watermarks AS
SELECT _order, max(reached) OVER (ORDER BY _order) - INTERVAL 10 SECOND AS watermark FROM together;
