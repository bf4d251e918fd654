-- Everything that happens around mails, in the four topics that it comes by. Types: user_registration, email_sent, email_bounced,
-- email_opened, email_clicked, referral_made, contest_joined, conversion, error, api_request; others are kept.
CREATE TABLE `analytics-events` (
  event_id    STRING NOT NULL,
  event_type  STRING NOT NULL,
  user_id     STRING NOT NULL,
  `timestamp` TIMESTAMP_LTZ(3) NOT NULL,
  properties  MAP<STRING, STRING>,
  session_id  STRING,
  campaign_id STRING,
  WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '10' SECOND
) WITH ('dedup-key' = 'event_id');

CREATE TABLE `user-actions` LIKE `analytics-events`;
CREATE TABLE `email-events` LIKE `analytics-events`;
CREATE TABLE `conversion-events` LIKE `analytics-events`;

-- All of them as one. Activity is what a user did: neither a mail that was sent to somebody nor what the service tells of itself.
-- What a conversion brought in is properties['revenue']; what is no amount in whole cents is NULL. Currencies are never added to
-- each other: revenue is what came in the reporting currency, which is that of an amount that names none.
CREATE VIEW all_events AS
SELECT *, CASE WHEN currency = 'USD' THEN paid END AS revenue
FROM (
  SELECT
    event_id, event_type, user_id, `timestamp`, session_id, COALESCE(campaign_id, 'none') AS campaign_id,
    event_type NOT IN ('email_sent', 'email_bounced', 'error', 'api_request') AS is_activity,
    CASE WHEN event_type = 'conversion' THEN COALESCE(properties['currency'], 'USD') END AS currency,
    CASE
      WHEN event_type = 'conversion' AND REGEXP(properties['revenue'], '^[0-9]+([.][0-9]{1,2}0*)?$')
      THEN TRY_CAST(properties['revenue'] AS DECIMAL(12, 2))
    END AS paid
  FROM (
    SELECT * FROM `analytics-events`
    UNION ALL SELECT * FROM `user-actions`
    UNION ALL SELECT * FROM `email-events`
    UNION ALL SELECT * FROM `conversion-events`
  )
);
