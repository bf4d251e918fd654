-- What each campaign brought on a day, by where people came from. Conversion: of a hundred visits those that bought.
-- features: C20
SELECT
  date_trunc('day', "timestamp")                                   AS window_start,
  date_trunc('day', "timestamp") + INTERVAL 1 DAY                  AS window_end,
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
FROM judged
WHERE properties.campaign_id IS NOT NULL AND (watermark IS NULL
  OR date_trunc('day', "timestamp") + INTERVAL 1 DAY - INTERVAL 1 MILLISECOND > watermark)
GROUP BY ALL
