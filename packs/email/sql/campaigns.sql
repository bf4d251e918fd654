-- Campaigns over the last 24 hours, every five minutes anew; mails and money of no campaign are of 'none', so that the sum is all.
CREATE MATERIALIZED VIEW campaign_performance_24h WITH ('max-rows' = '50000') AS
SELECT
  window_start,
  window_end,
  campaign_id,
  COUNT(*) FILTER (WHERE event_type = 'email_sent')                         AS sends,
  COUNT(*) FILTER (WHERE event_type = 'email_bounced')                      AS bounces,
  COUNT(*) FILTER (WHERE event_type = 'email_opened')                       AS opens,
  COUNT(*) FILTER (WHERE event_type = 'email_clicked')                      AS clicks,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_opened')        AS unique_opens,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_clicked')       AS unique_clicks,
  COUNT(*) FILTER (WHERE event_type = 'conversion')                         AS conversions,
  COALESCE(SUM(revenue), 0)                                                 AS revenue,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'email_opened')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(9, 2))    AS open_rate,
  CAST(100.0 * COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_opened')
    / NULLIF(GREATEST(COUNT(*) FILTER (WHERE event_type = 'email_sent') - COUNT(*) FILTER (WHERE event_type = 'email_bounced'), 0), 0)
    AS DECIMAL(9, 2))                                                       AS unique_open_rate
FROM TABLE(HOP(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '5' MINUTE, INTERVAL '24' HOUR))
GROUP BY window_start, window_end, campaign_id;

-- What became of the mails of an hour, whenever it happened within a day: each user counts once, and no rate passes a hundred.
-- Who clicked of those who opened are the users of both, less those of either: some click who never loaded the pictures.
CREATE MATERIALIZED VIEW send_cohorts WITH ('retention' = '8 d') AS
SELECT
  send_hour,
  campaign_id,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_sent')          AS sent,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_bounced')       AS bounced,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_opened')        AS opened,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_clicked')       AS clicked,
  COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'conversion')          AS converted,
  CAST(100.0 * COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_bounced')
    / NULLIF(COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(5, 2))     AS bounce_rate,
  CAST(100.0 * COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_opened')
    / NULLIF(COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(5, 2))     AS open_rate,
  CAST(100.0 * COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_clicked')
    / NULLIF(COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_sent'), 0) AS DECIMAL(5, 2))     AS click_rate,
  CAST(100.0 * (
      COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_opened')
      + COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_clicked')
      - COUNT(DISTINCT user_id) FILTER (WHERE event_type IN ('email_opened', 'email_clicked'))
    ) / NULLIF(COUNT(DISTINCT user_id) FILTER (WHERE event_type = 'email_opened'), 0) AS DECIMAL(5, 2)) AS click_to_open_rate
FROM (
  SELECT FLOOR(`timestamp` TO HOUR) AS send_hour, campaign_id, user_id, event_type
  FROM all_events WHERE event_type = 'email_sent'
  UNION ALL
  SELECT FLOOR(s.`timestamp` TO HOUR), s.campaign_id, s.user_id, r.event_type
  FROM (SELECT * FROM all_events WHERE event_type = 'email_sent') AS s
  JOIN (SELECT * FROM all_events WHERE event_type IN ('email_bounced', 'email_opened', 'email_clicked', 'conversion')) AS r
    ON s.user_id = r.user_id AND s.campaign_id = r.campaign_id
    AND r.`timestamp` BETWEEN s.`timestamp` AND s.`timestamp` + INTERVAL '24' HOUR
)
GROUP BY send_hour, campaign_id;

-- Activity of the last seven days by hour and weekday (1 is Sunday), of the project's time zone.
CREATE MATERIALIZED VIEW activity_heat_map WITH ('max-rows' = '20000') AS
SELECT
  window_start,
  window_end,
  DAYOFWEEK(CAST(`timestamp` AS DATE))  AS weekday,
  HOUR(`timestamp`)                     AS hour_of_day,
  COUNT(*)                              AS events,
  COUNT(DISTINCT user_id)               AS active_users
FROM TABLE(HOP(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '1' HOUR, INTERVAL '7' DAY))
WHERE is_activity
GROUP BY window_start, window_end, DAYOFWEEK(CAST(`timestamp` AS DATE)), HOUR(`timestamp`);

-- Types by minute, and by user: what a search by type or user counts.
CREATE MATERIALIZED VIEW events_per_minute_by_type WITH ('max-rows' = '50000') AS
SELECT window_start, window_end, event_type, COUNT(*) AS events
FROM TABLE(TUMBLE(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, event_type;

-- What each user did within 24 hours, each hour anew: the rows of the newest window are those of now.
CREATE MATERIALIZED VIEW user_events_24h WITH ('max-rows' = '100000') AS
SELECT window_start, window_end, user_id, event_type, COUNT(*) AS events, MAX(`timestamp`) AS last_at
FROM TABLE(HOP(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '1' HOUR, INTERVAL '24' HOUR))
GROUP BY window_start, window_end, user_id, event_type;

-- What conversions brought in, in each currency.
CREATE MATERIALIZED VIEW conversions_by_currency WITH ('max-rows' = '50000') AS
SELECT window_start, window_end, currency, COUNT(*) AS conversions, COALESCE(SUM(paid), 0) AS paid
FROM TABLE(TUMBLE(TABLE all_events, DESCRIPTOR(`timestamp`), INTERVAL '1' MINUTE))
WHERE event_type = 'conversion'
GROUP BY window_start, window_end, currency;
