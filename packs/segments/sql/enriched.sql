-- Each event with the profile that was valid at its time. A user without a profile, or without a segment, is 'unknown'.
CREATE TABLE enriched_events (
  user_id     STRING NOT NULL,
  event_type  STRING NOT NULL,
  `timestamp` BIGINT NOT NULL,
  properties  MAP<STRING, STRING>,
  segment     STRING NOT NULL,
  total_value DECIMAL(14, 2),
  event_time  AS TO_TIMESTAMP_LTZ(`timestamp`, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
);

INSERT INTO enriched_events
SELECT e.user_id, e.event_type, e.`timestamp`, e.properties, COALESCE(p.segment, 'unknown'), p.total_value
FROM raw_events AS e
LEFT JOIN user_profiles FOR SYSTEM_TIME AS OF e.event_time AS p ON e.user_id = p.user_id;

-- Purchases with their amount, and its currency where that is said. What is no amount in whole cents is NULL: such a purchase
-- counts, and adds nothing.
CREATE TABLE revenue_events (
  user_id     STRING NOT NULL,
  amount      DECIMAL(12, 2),
  `timestamp` BIGINT NOT NULL,
  segment     STRING NOT NULL,
  currency    STRING,
  event_time  AS TO_TIMESTAMP_LTZ(`timestamp`, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
);

INSERT INTO revenue_events
SELECT
  user_id,
  CASE WHEN REGEXP(properties['amount'], '^[0-9]+([.][0-9]{1,2}0*)?$') THEN TRY_CAST(properties['amount'] AS DECIMAL(12, 2)) END,
  `timestamp`, segment, properties['currency']
FROM enriched_events
WHERE event_type = 'purchase';
