-- features: K11
-- The twenty products of each hour that brought most; of equals those that were viewed more, then the first by name.
WITH in_time AS (
  SELECT *, date_trunc('hour', event_ts) AS begins, date_trunc('hour', event_ts) + INTERVAL 1 HOUR AS ends
  FROM actions
  WHERE watermark IS NULL OR date_trunc('hour', event_ts) + INTERVAL 1 HOUR - INTERVAL 1 MILLISECOND > watermark
),
products AS (
  SELECT
    begins,
    ends,
    product_id,
    coalesce(sum(revenue), 0)                     AS revenue,
    count(DISTINCT bought_order)                  AS purchases,
    sum(pieces)                                   AS pieces,
    count(*) FILTER (event_type = 'add_to_cart')  AS add_to_carts,
    count(*) FILTER (event_type = 'page_view')    AS page_views
  FROM in_time
  WHERE product_id IS NOT NULL
  GROUP BY begins, ends, product_id
)
SELECT
  begins  AS window_start,
  ends    AS window_end,
  row_number() OVER (PARTITION BY begins ORDER BY revenue DESC, page_views DESC, product_id) AS place,
  product_id,
  revenue,
  purchases,
  pieces,
  add_to_carts,
  page_views
FROM products
QUALIFY place <= 20
