-- What each visit did: events of one session_id of which none is more than 30 minutes behind the one before it.
-- features: C21
WITH in_time AS (
  SELECT *, lag("timestamp") OVER (PARTITION BY session_id ORDER BY "timestamp") AS last_seen
  FROM judged
  WHERE session_id IS NOT NULL
    AND (watermark IS NULL OR "timestamp" + INTERVAL 30 MINUTE - INTERVAL 1 MILLISECOND > watermark)
),
parted AS (
  SELECT
    *,
    count(*) FILTER (last_seen IS NULL OR "timestamp" - last_seen > INTERVAL 30 MINUTE)
      OVER (PARTITION BY session_id ORDER BY "timestamp")          AS visit
  FROM in_time
)
SELECT
  min("timestamp")                                                 AS window_start,
  max("timestamp") + INTERVAL 30 MINUTE                            AS window_end,
  max("timestamp") + INTERVAL 30 MINUTE - INTERVAL 1 MILLISECOND   AS window_time,
  session_id,
  max(customer_id)                                                 AS customer_id,
  coalesce(max(nullif(device_type, 'unknown')), 'unknown')         AS device_type,
  max(location.country)                                            AS country,
  count(*)                                                         AS events,
  count(*) FILTER (event_type = 'page_view')                       AS page_views,
  count(*) FILTER (event_type = 'product_view')                    AS product_views,
  count(*) FILTER (event_type = 'add_to_cart')                     AS carts,
  count(*) FILTER (event_type = 'remove_from_cart')                AS removals,
  count(*) FILTER (event_type = 'purchase')                        AS purchases,
  sum(coalesce(revenue, 0))                                        AS revenue,
  count(error)                                                     AS errors,
  min("timestamp")                                                 AS first_at,
  max("timestamp")                                                 AS last_at,
  min("timestamp") FILTER (event_type = 'product_view')            AS product_view_at,
  min("timestamp") FILTER (event_type = 'add_to_cart')             AS cart_at,
  min("timestamp") FILTER (event_type = 'purchase')                AS purchase_at
FROM parted
GROUP BY session_id, visit
