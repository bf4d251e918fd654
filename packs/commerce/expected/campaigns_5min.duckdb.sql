-- What each campaign brought in five minutes, each minute anew, by where people came from.
-- features: C20, X2
WITH placed AS (
  SELECT *, date_trunc('minute', "timestamp") + to_minutes(1 + ahead) AS ends
  FROM judged, range(5) AS minutes(ahead)
)
SELECT
  ends - INTERVAL 5 MINUTE                                         AS window_start,
  ends                                                             AS window_end,
  ends - INTERVAL 1 MILLISECOND                                    AS window_time,
  properties.campaign_id                                           AS campaign_id,
  coalesce(properties.referrer, 'unknown')                         AS referrer,
  count(*)                                                         AS events,
  count(*) FILTER (event_type = 'add_to_cart')                     AS carts,
  count(*) FILTER (event_type = 'purchase')                        AS purchases,
  sum(coalesce(revenue, 0))                                        AS revenue,
  count(DISTINCT session_id)                                       AS sessions,
  -- Half up, in whole hundredths.
  ((20000 * count(DISTINCT session_id) FILTER (event_type = 'purchase') + count(DISTINCT session_id))
    // (2 * count(DISTINCT session_id))) * 0.01                    AS conversion
FROM placed
WHERE properties.campaign_id IS NOT NULL AND (watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark)
GROUP BY ALL
