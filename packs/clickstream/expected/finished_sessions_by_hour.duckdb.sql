-- features: K11, X12
-- Sessions by the hour in which their 30 minutes of silence ended: how far they came, in this order, and how long they
-- were.
WITH come AS (
  SELECT *, lag(_at) OVER (ORDER BY _row) AS last_at, time_bucket(INTERVAL 250 MILLISECOND, _at) AS tick
  FROM clickstream_events
),
-- What the stream had come to before each event: the largest time or, once it has been quiet for five seconds, the
-- clock (of four ticks a second) less those five; and what purchases had come to, which is the largest time of theirs.
reached AS (
  SELECT
    *,
    greatest(
      max(event_ts) OVER earlier,
      max(tick - INTERVAL 5 SECOND) FILTER (tick - last_at >= INTERVAL 5 SECOND) OVER (ORDER BY _row)
    )                                                         AS reached,
    max(event_ts) FILTER (event_type = 'purchase') OVER earlier AS bought_until
  FROM come
  WINDOW earlier AS (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
-- Of each purchase the rates that were known when it came and valid at its time, the latest of them.
rated AS (
  SELECT p._row, arg_max(r.rate, (r.valid_from, r._order)) AS rate
  FROM clickstream_events AS p
  JOIN exchange_rates AS r ON r.currency = p.currency AND r.valid_from <= p.event_ts AND r._order < p._order
  WHERE p.event_type = 'purchase'
  GROUP BY p._row
),
-- A purchase more than ten minutes behind the stream is late and in no figure. All others are in time until purchases,
-- or the stream less ten minutes, have come to ten minutes behind the window's end.
actions AS (
  SELECT
    e.*,
    greatest(bought_until, reached - INTERVAL 10 MINUTE) - INTERVAL 10 MINUTE   AS watermark,
    event_type = 'purchase'                                                     AS is_purchase,
    CASE WHEN is_purchase THEN coalesce(quantity, 1) ELSE 0 END                 AS pieces,
    CASE WHEN is_purchase THEN price * pieces END                               AS paid,
    -- Half up, in whole cents, of ten places.
    CASE
      WHEN is_purchase THEN
        (
          (CAST(price * 100 AS HUGEINT) * pieces * CAST(rate * 100000000 AS HUGEINT) + 50000000) // 100000000
        )::DECIMAL(38, 0) / 100
    END::DECIMAL(38, 2)                                                         AS revenue,
    coalesce(geo.country, 'unknown')                                            AS country,
    coalesce(geo.city, 'unknown')                                               AS city,
    coalesce(device.os, 'unknown')                                              AS os,
    coalesce(device.mobile, false)                                              AS is_mobile
  FROM reached AS e
  LEFT JOIN rated USING (_row)
  WHERE event_type <> 'purchase' OR reached IS NULL OR event_ts > reached - INTERVAL 10 MINUTE
),
-- A session begins where the same id was silent for more than 30 minutes.
begun AS (
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
    count(*) FILTER (is_purchase)                               AS purchases,
    coalesce(sum(revenue), 0)                                   AS revenue,
    min(event_ts) FILTER (event_type = 'page_view')             AS viewed_at,
    min(event_ts) FILTER (event_type = 'add_to_cart')           AS carted_at,
    max(event_ts) FILTER (is_purchase)                          AS bought_at,
    max(country)                                                AS country,
    max(os)                                                     AS os,
    bool_or(is_mobile)                                          AS is_mobile
  FROM numbered
  GROUP BY session_id, number
),
counted AS (
  SELECT
    date_trunc('hour', last_at + INTERVAL 30 MINUTE - INTERVAL 1 MILLISECOND) AS begins,
    count(*)                                                                  AS sessions,
    count(viewed_at)                                                          AS viewed,
    count(*) FILTER (viewed_at <= carted_at)                                  AS then_carted,
    count(*) FILTER (viewed_at <= carted_at AND carted_at <= bought_at)       AS then_bought,
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
