-- features: E6, E13
-- Of the users who were sent a mail of a campaign in an hour: how many bounced, opened, clicked and converted within 24
-- hours behind it, each once. What was too late for what it belongs to is left out.
WITH dated AS (
  SELECT * FROM told LEFT JOIN watermarks USING (_order)
),
mails AS (
  SELECT *, date_trunc('hour', happened) AS send_hour FROM dated WHERE event_type = 'email_sent'
),
-- An answer is waited for while 24 hours last; it waits for a mail that comes behind it as long as that is not late.
answers AS (
  SELECT m._order, a.event_type
  FROM mails AS m
  JOIN dated AS a
    ON a.user_id = m.user_id AND a.campaign = m.campaign
    AND a.happened BETWEEN m.happened AND m.happened + INTERVAL 24 HOUR
  WHERE
    CASE
      WHEN a._order > m._order THEN coalesce(a.watermark <= m.happened + INTERVAL 24 HOUR, true)
      ELSE coalesce(m.watermark <= a.happened, true)
    END
),
readers AS (
  SELECT
    send_hour,
    m.campaign,
    m.user_id,
    coalesce(bool_or(a.event_type = 'email_bounced'), false)  AS has_bounced,
    coalesce(bool_or(a.event_type = 'email_opened'), false)   AS has_opened,
    coalesce(bool_or(a.event_type = 'email_clicked'), false)  AS has_clicked,
    coalesce(bool_or(a.event_type = 'conversion'), false)     AS has_converted
  FROM mails AS m
  LEFT JOIN answers AS a USING (_order)
  GROUP BY ALL
),
counted AS (
  SELECT
    send_hour,
    campaign,
    count(*)                        AS sent,
    count(*) FILTER (has_bounced)   AS bounced,
    count(*) FILTER (has_opened)    AS opened,
    count(*) FILTER (has_clicked)   AS clicked,
    count(*) FILTER (has_opened AND has_clicked) AS opened_and_clicked,
    count(*) FILTER (has_converted) AS converted
  FROM readers
  GROUP BY send_hour, campaign
)
-- Rates are for each hundred, half up in whole hundredths.
SELECT
  send_hour,
  campaign AS campaign_id,
  sent,
  bounced,
  opened,
  clicked,
  converted,
  CASE WHEN sent > 0 THEN ((20000 * bounced + sent) // (2 * sent))::DECIMAL(38, 0) / 100 END AS bounce_rate,
  CASE WHEN sent > 0 THEN ((20000 * opened + sent) // (2 * sent))::DECIMAL(38, 0) / 100 END AS open_rate,
  CASE WHEN sent > 0 THEN ((20000 * clicked + sent) // (2 * sent))::DECIMAL(38, 0) / 100 END AS click_rate,
  CASE
    WHEN opened > 0 THEN ((20000 * opened_and_clicked + opened) // (2 * opened))::DECIMAL(38, 0) / 100
  END AS click_to_open_rate
FROM counted
