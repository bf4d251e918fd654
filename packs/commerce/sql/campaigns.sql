-- What campaigns bring, by where people came from: today, and the last five minutes beside the five before them.
CREATE MATERIALIZED VIEW campaigns_today AS
SELECT
  window_start,
  window_end,
  campaign_id,
  referrer,
  COUNT(*)                                              AS events,
  COUNT(*) FILTER (WHERE event_type = 'add_to_cart')    AS carts,
  COUNT(*) FILTER (WHERE event_type = 'purchase')       AS purchases,
  SUM(revenue)                                          AS revenue,
  COUNT(DISTINCT session_id)                            AS sessions,
  CAST(100.0 * COUNT(DISTINCT session_id) FILTER (WHERE event_type = 'purchase')
    / NULLIF(COUNT(DISTINCT session_id), 0) AS DECIMAL(5, 2)) AS conversion
FROM TABLE(TUMBLE(TABLE customer_actions, DESCRIPTOR(`timestamp`), INTERVAL '1' DAY))
WHERE campaign_id IS NOT NULL
GROUP BY window_start, window_end, campaign_id, referrer;

CREATE MATERIALIZED VIEW campaigns_5min WITH ('max-rows' = '20000') AS
SELECT
  window_start,
  window_end,
  window_time,
  campaign_id,
  referrer,
  COUNT(*)                                              AS events,
  COUNT(*) FILTER (WHERE event_type = 'add_to_cart')    AS carts,
  COUNT(*) FILTER (WHERE event_type = 'purchase')       AS purchases,
  SUM(revenue)                                          AS revenue,
  COUNT(DISTINCT session_id)                            AS sessions,
  CAST(100.0 * COUNT(DISTINCT session_id) FILTER (WHERE event_type = 'purchase')
    / NULLIF(COUNT(DISTINCT session_id), 0) AS DECIMAL(5, 2)) AS conversion
FROM TABLE(HOP(TABLE customer_actions, DESCRIPTOR(`timestamp`), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE))
WHERE campaign_id IS NOT NULL
GROUP BY window_start, window_end, window_time, campaign_id, referrer;

-- By how much a campaign has changed: who reads it sorts by revenue_change.
CREATE MATERIALIZED VIEW campaign_changes WITH ('max-rows' = '20000') AS
SELECT
  c.window_start, c.window_end, c.window_time, c.campaign_id, c.referrer,
  c.events, c.carts, c.purchases, c.revenue, c.conversion,
  c.events - COALESCE(b.events, 0)     AS events_change,
  c.revenue - COALESCE(b.revenue, 0)   AS revenue_change
FROM campaigns_5min AS c
LEFT JOIN campaigns_5min AS b
  ON c.campaign_id = b.campaign_id AND c.referrer = b.referrer AND b.window_time BETWEEN c.window_time - INTERVAL '5' MINUTE AND c.window_time - INTERVAL '5' MINUTE;
