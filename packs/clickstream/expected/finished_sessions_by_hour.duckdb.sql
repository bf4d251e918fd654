-- features: K11, X12
-- Sessions by the hour in which their 30 minutes of silence ended: how far they came, in this order, and how long they
-- were.
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
),
counted AS (
  SELECT
    date_trunc('hour', last_at + INTERVAL 30 MINUTE - INTERVAL 1 MILLISECOND) AS begins,
    count(*)                                                                  AS sessions,
    count(viewed_at)                                                          AS viewed,
    count(carted_at)                                                          AS then_carted,
    count(*) FILTER (carted_at <= bought_at)                                  AS then_bought,
    sum(seconds)                                                              AS seconds,
    median(seconds)                                                           AS median_seconds,
    sum(page_views)                                                           AS page_views,
    sum(product_interactions)                                                 AS interactions
  FROM visits
  GROUP BY begins
)
-- Averages have two places, half up.
SELECT
  begins                    AS window_start,
  begins + INTERVAL 1 HOUR  AS window_end,
  sessions,
  viewed,
  then_carted,
  then_bought,
  ((seconds * 200 + sessions) // (2 * sessions))::DECIMAL(38, 0) / 100      AS average_seconds,
  median_seconds,
  ((page_views * 200 + sessions) // (2 * sessions))::DECIMAL(38, 0) / 100   AS page_views_per_session,
  ((interactions * 200 + sessions) // (2 * sessions))::DECIMAL(38, 0) / 100 AS interactions_per_session
FROM counted
