-- Where people come from and what they hold in their hands, by hour.
CREATE MATERIALIZED VIEW geography_by_hour WITH ('max-rows' = '50000') AS
SELECT
  window_start, window_end, country, city,
  COUNT(*)                                              AS events,
  COUNT(DISTINCT session_id)                            AS sessions,
  COUNT(DISTINCT order_id)                              AS purchases,
  COALESCE(SUM(revenue), 0)                             AS revenue
FROM TABLE(TUMBLE(TABLE actions, DESCRIPTOR(event_ts), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, country, city;

CREATE MATERIALIZED VIEW devices_by_hour WITH ('max-rows' = '20000') AS
SELECT
  window_start, window_end, os, is_mobile,
  COUNT(*)                                              AS events,
  COUNT(DISTINCT session_id)                            AS sessions,
  COUNT(DISTINCT order_id)                              AS purchases,
  COALESCE(SUM(revenue), 0)                             AS revenue
FROM TABLE(TUMBLE(TABLE actions, DESCRIPTOR(event_ts), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, os, is_mobile;

-- Every page and every product, by hour, as it fills.
CREATE MATERIALIZED VIEW pages_by_hour AS
SELECT window_start, window_end, page, COUNT(*) AS page_views, COUNT(DISTINCT session_id) AS sessions
FROM TABLE(TUMBLE(TABLE actions, DESCRIPTOR(event_ts), INTERVAL '1' HOUR))
WHERE event_type = 'page_view' AND page IS NOT NULL
GROUP BY window_start, window_end, page;

CREATE MATERIALIZED VIEW products_by_hour AS
SELECT
  window_start, window_end, product_id,
  COALESCE(SUM(revenue), 0)                             AS revenue,
  COUNT(DISTINCT order_id)                              AS purchases,
  SUM(pieces)                                           AS pieces,
  COUNT(*) FILTER (WHERE event_type = 'add_to_cart')    AS add_to_carts,
  COUNT(*) FILTER (WHERE event_type = 'page_view')      AS page_views
FROM TABLE(TUMBLE(TABLE actions, DESCRIPTOR(event_ts), INTERVAL '1' HOUR))
WHERE product_id IS NOT NULL
GROUP BY window_start, window_end, product_id;

-- The twenty pages that were looked at most, and the twenty products that brought the most, of each hour that is over.
CREATE MATERIALIZED VIEW top_pages_by_hour WITH ('max-rows' = '20000') AS
SELECT window_start, window_end, place, page, page_views, sessions FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY page_views DESC, page) AS place
  FROM pages_by_hour
) WHERE place <= 20;

CREATE MATERIALIZED VIEW top_products_by_hour WITH ('max-rows' = '20000') AS
SELECT window_start, window_end, place, product_id, revenue, purchases, pieces, add_to_carts, page_views FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY revenue DESC, page_views DESC, product_id) AS place
  FROM products_by_hour
) WHERE place <= 20;
