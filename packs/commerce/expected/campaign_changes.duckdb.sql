-- Five minutes of a campaign beside the five before them, in which one that nobody came by has brought nothing.
-- features: C20
WITH placed AS (
  SELECT *, date_trunc('minute', "timestamp") + to_minutes(1 + ahead) AS ends
  FROM judged, range(5) AS minutes(ahead)
),
brought AS (
  SELECT
    ends,
    properties.campaign_id                                         AS campaign_id,
    coalesce(properties.referrer, 'unknown')                       AS referrer,
    count(*)                                                       AS events,
    count(*) FILTER (event_type = 'add_to_cart')                   AS carts,
    count(*) FILTER (event_type = 'purchase')                      AS purchases,
    sum(coalesce(revenue, 0))                                      AS revenue,
    count(DISTINCT session_id)                                     AS visits,
    count(DISTINCT session_id) FILTER (event_type = 'purchase')    AS buying
  FROM placed
  WHERE properties.campaign_id IS NOT NULL AND (watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark)
  GROUP BY ALL
)
SELECT
  now.ends - INTERVAL 5 MINUTE                                     AS window_start,
  now.ends                                                         AS window_end,
  now.ends - INTERVAL 1 MILLISECOND                                AS window_time,
  now.campaign_id,
  now.referrer,
  now.events,
  now.carts,
  now.purchases,
  now.revenue,
  -- Half up, in whole hundredths.
  ((20000 * now.buying + now.visits) // (2 * now.visits)) * 0.01   AS conversion,
  now.events - coalesce(before.events, 0)                          AS events_change,
  now.revenue - coalesce(before.revenue, 0)                        AS revenue_change
FROM brought AS now LEFT JOIN brought AS before ON before.ends = now.ends - INTERVAL 5 MINUTE
  AND before.campaign_id = now.campaign_id AND before.referrer = now.referrer
