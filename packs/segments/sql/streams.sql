-- What users do, as it happens. Times come as milliseconds since 1970. An event_id may be sent: then it is taken once.
CREATE TABLE raw_events (
  user_id     STRING NOT NULL,
  event_type  STRING NOT NULL,
  `timestamp` BIGINT NOT NULL,
  properties  MAP<STRING, STRING>,
  event_id    STRING,
  event_time  AS TO_TIMESTAMP_LTZ(`timestamp`, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
) WITH ('dedup-key' = 'event_id');

-- Who they are. A new row of a user replaces the one before from the time on that it says: updated_at, or the registration
-- where it says none. It never holds back what users do.
CREATE TABLE user_profiles (
  user_id           STRING NOT NULL,
  segment           STRING,
  registration_date BIGINT NOT NULL,
  total_value       DECIMAL(14, 2),
  updated_at        BIGINT,
  valid_from        AS TO_TIMESTAMP_LTZ(COALESCE(updated_at, registration_date), 3),
  PRIMARY KEY (user_id) NOT ENFORCED,
  WATERMARK FOR valid_from AS valid_from
) WITH ('idle-timeout' = '0 s', 'not-negative' = 'total_value');
