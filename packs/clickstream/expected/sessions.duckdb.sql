-- features: K7, K11
-- What each session id did without 30 minutes of silence. No event is so late that its session is over; a purchase may
-- be.
-- A session begins where the same id was silent for more than 30 minutes.
WITH begun AS (
  SELECT
    *,
    coalesce(event_ts - lag(event_ts) OVER of_its_id > INTERVAL 30 MINUTE, true) AS is_first
  FROM actions
  WINDOW of_its_id AS (PARTITION BY session_id ORDER BY event_ts)
),
numbered AS (
  SELECT
    *,
    count(*) FILTER (is_first) OVER (PARTITION BY session_id ORDER BY event_ts RANGE UNBOUNDED PRECEDING) AS number
  FROM begun
),
looked AS (
  SELECT *, min(event_ts) FILTER (event_type = 'page_view') OVER (PARTITION BY session_id, number) AS first_view
  FROM numbered
),
visits AS (
  SELECT
    session_id,
    number,
    max(user_id)                                                AS user_id,
    min(event_ts)                                               AS started_at,
    max(event_ts)                                               AS last_at,
    (epoch_ms(max(event_ts)) - epoch_ms(min(event_ts))) // 1000 AS seconds,
    count(*) FILTER (event_type = 'page_view')                  AS page_views,
    count(product_id)                                           AS product_interactions,
    count(*) FILTER (event_type = 'add_to_cart')                AS add_to_carts,
    count(DISTINCT bought_order)                                AS purchases,
    coalesce(sum(revenue), 0)                                   AS revenue,
    min(event_ts) FILTER (event_type = 'page_view')             AS viewed_at,
    -- A step is behind the one before it: what was in the cart before the first view is none.
    min(event_ts) FILTER (event_type = 'add_to_cart' AND event_ts >= first_view) AS carted_at,
    max(event_ts) FILTER (is_purchase)                          AS bought_at,
    max(country)                                                AS country,
    max(os)                                                     AS os,
    bool_or(is_mobile)                                          AS is_mobile
  FROM looked
  GROUP BY session_id, number
)
SELECT
  started_at                                                  AS window_start,
  last_at + INTERVAL 30 MINUTE                                AS window_end,
  last_at + INTERVAL 30 MINUTE - INTERVAL 1 MILLISECOND       AS window_time,
  session_id,
  user_id,
  started_at,
  last_at,
  seconds                                                     AS duration_seconds,
  page_views,
  product_interactions,
  add_to_carts,
  purchases,
  revenue,
  viewed_at,
  carted_at,
  bought_at,
  country,
  os,
  is_mobile
FROM visits
