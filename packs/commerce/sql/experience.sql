-- How visits go. A visit is what one session_id does without 30 minutes of silence.
CREATE MATERIALIZED VIEW visits WITH ('max-rows' = '20000') AS
SELECT
  window_start,
  window_end,
  window_time,
  session_id,
  MAX(customer_id)                                                AS customer_id,
  COALESCE(MAX(NULLIF(device_type, 'unknown')), 'unknown')        AS device_type,
  MAX(country)                                                    AS country,
  COUNT(*)                                                        AS events,
  COUNT(*) FILTER (WHERE event_type = 'page_view')                AS page_views,
  COUNT(*) FILTER (WHERE event_type = 'product_view')             AS product_views,
  COUNT(*) FILTER (WHERE event_type = 'add_to_cart')              AS carts,
  COUNT(*) FILTER (WHERE event_type = 'remove_from_cart')         AS removals,
  COUNT(*) FILTER (WHERE event_type = 'purchase')                 AS purchases,
  SUM(revenue)                                                    AS revenue,
  COUNT(error)                                                    AS errors,
  MIN(`timestamp`)                                                AS first_at,
  MAX(`timestamp`)                                                AS last_at,
  MIN(`timestamp`) FILTER (WHERE event_type = 'product_view')     AS product_view_at,
  MIN(`timestamp`) FILTER (WHERE event_type = 'add_to_cart')      AS cart_at,
  MIN(`timestamp`) FILTER (WHERE event_type = 'purchase')         AS purchase_at
FROM TABLE(SESSION(TABLE customer_actions PARTITION BY session_id, DESCRIPTOR(`timestamp`), INTERVAL '30' MINUTE))
WHERE session_id IS NOT NULL
GROUP BY window_start, window_end, window_time, session_id;

-- The last hour, each minute anew: how far visits came, where they stopped, and how long each step took. A visit that looked at
-- four pages and more and at no product is aimless.
CREATE VIEW visits_of_the_hour AS
SELECT
  window_start,
  window_end,
  session_id,
  COALESCE(MAX(NULLIF(device_type, 'unknown')), 'unknown')        AS device_type,
  COUNT(*) FILTER (WHERE event_type = 'page_view')                AS page_views,
  COUNT(*) FILTER (WHERE event_type = 'product_view')             AS product_views,
  COUNT(*) FILTER (WHERE event_type = 'add_to_cart')              AS carts,
  COUNT(*) FILTER (WHERE event_type = 'remove_from_cart')         AS removals,
  COUNT(*) FILTER (WHERE event_type = 'purchase')                 AS purchases,
  MIN(`timestamp`)                                                AS first_at,
  MIN(`timestamp`) FILTER (WHERE event_type = 'add_to_cart')      AS cart_at,
  MIN(`timestamp`) FILTER (WHERE event_type = 'purchase')         AS purchase_at
FROM TABLE(HOP(TABLE customer_actions, DESCRIPTOR(`timestamp`), INTERVAL '1' MINUTE, INTERVAL '1' HOUR))
WHERE session_id IS NOT NULL
GROUP BY window_start, window_end, session_id;

CREATE MATERIALIZED VIEW experience_by_device WITH ('max-rows' = '10000') AS
SELECT
  window_start,
  window_end,
  device_type,
  COUNT(*)                                                                          AS visits,
  COUNT(*) FILTER (WHERE product_views > 0)                                         AS saw_product,
  COUNT(*) FILTER (WHERE carts > 0)                                                 AS filled_cart,
  COUNT(*) FILTER (WHERE purchases > 0)                                             AS bought,
  CAST(100.0 * COUNT(*) FILTER (WHERE product_views = 0) / COUNT(*) AS DECIMAL(5, 2)) AS left_before_product,
  CAST(100.0 * COUNT(*) FILTER (WHERE product_views > 0 AND carts = 0)
    / NULLIF(COUNT(*) FILTER (WHERE product_views > 0), 0) AS DECIMAL(5, 2))         AS left_before_cart,
  CAST(100.0 * COUNT(*) FILTER (WHERE carts > 0 AND purchases = 0)
    / NULLIF(COUNT(*) FILTER (WHERE carts > 0), 0) AS DECIMAL(5, 2))                 AS left_before_purchase,
  CAST(100.0 * COUNT(*) FILTER (WHERE page_views >= 4 AND product_views = 0) / COUNT(*) AS DECIMAL(5, 2)) AS aimless,
  CAST(100.0 * SUM(removals) / NULLIF(SUM(carts), 0) AS DECIMAL(9, 2))              AS removed_from_cart,
  PERCENTILE(TIMESTAMPDIFF(SECOND, first_at, cart_at), 0.5)                         AS median_seconds_to_cart,
  PERCENTILE(CASE WHEN purchase_at >= cart_at THEN TIMESTAMPDIFF(SECOND, cart_at, purchase_at) END, 0.5)
                                                                                    AS median_seconds_to_purchase
FROM visits_of_the_hour
GROUP BY window_start, window_end, device_type;

-- Pages that are slow or fail, by device. A page is the first part of its path, without host, query and what it is of:
-- https://shop.example/product/17?from=mail is /product.
CREATE MATERIALIZED VIEW experience_by_page WITH ('max-rows' = '20000') AS
SELECT
  window_start,
  window_end,
  page,
  device_type,
  COUNT(*)                                                                          AS events,
  COUNT(*) FILTER (WHERE event_type = 'remove_from_cart')                           AS removals,
  CAST(100.0 * COUNT(*) FILTER (WHERE event_type = 'remove_from_cart')
    / NULLIF(COUNT(*) FILTER (WHERE event_type = 'add_to_cart'), 0) AS DECIMAL(9, 2)) AS removed_from_cart,
  COUNT(error)                                                                      AS errors,
  CAST(100.0 * COUNT(error) / COUNT(*) AS DECIMAL(5, 2))                            AS error_rate,
  PERCENTILE(load_ms, 0.5)                                                          AS load_ms_p50,
  PERCENTILE(load_ms, 0.95)                                                         AS load_ms_p95
FROM TABLE(TUMBLE((
  SELECT *, COALESCE('/' || REGEXP_EXTRACT(NULLIF(page_url, ''), '^(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*)?/?([^/?#]*)', 1), 'unknown') AS page FROM customer_actions
), DESCRIPTOR(`timestamp`), INTERVAL '5' MINUTE))
GROUP BY window_start, window_end, page, device_type;
