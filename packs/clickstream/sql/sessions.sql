-- A session is what one session_id does without 30 minutes of silence: the same id after that is a new one. carted_at is the first
-- cart behind the first view, whatever was in the cart before: that time is put among those of the carts, and the next one is it.
CREATE MATERIALIZED VIEW sessions WITH ('max-rows' = '20000') AS
SELECT
  window_start, window_end, window_time, session_id, user_id, started_at, last_at, duration_seconds, page_views, product_interactions,
  add_to_carts, purchases, revenue, viewed_at,
  carts_and_view[ARRAY_POSITION(carts_and_view, viewed_at) + 1]         AS carted_at,
  bought_at, country, os, is_mobile
FROM (
  SELECT
    *,
    CASE WHEN viewed_at IS NOT NULL THEN ARRAY_SORT(ARRAY_APPEND(carts, viewed_at)) END AS carts_and_view
  FROM (
    SELECT
      window_start,
      window_end,
      window_time,
      session_id,
      MAX(user_id)                                                        AS user_id,
      MIN(event_ts)                                                       AS started_at,
      MAX(event_ts)                                                       AS last_at,
      TIMESTAMPDIFF(SECOND, MIN(event_ts), MAX(event_ts))                 AS duration_seconds,
      COUNT(*) FILTER (WHERE event_type = 'page_view')                    AS page_views,
      COUNT(*) FILTER (WHERE product_id IS NOT NULL)                      AS product_interactions,
      COUNT(*) FILTER (WHERE event_type = 'add_to_cart')                  AS add_to_carts,
      COUNT(DISTINCT order_id)                                            AS purchases,
      COALESCE(SUM(revenue), 0)                                           AS revenue,
      MIN(event_ts) FILTER (WHERE event_type = 'page_view')               AS viewed_at,
      ARRAY_AGG(DISTINCT event_ts) FILTER (WHERE event_type = 'add_to_cart') AS carts,
      MAX(event_ts) FILTER (WHERE event_type = 'purchase')                AS bought_at,
      MAX(country)                                                        AS country,
      MAX(os)                                                             AS os,
      COUNT(*) FILTER (WHERE is_mobile) > 0                               AS is_mobile
    FROM TABLE(SESSION(TABLE actions PARTITION BY session_id, DESCRIPTOR(event_ts), INTERVAL '30' MINUTE))
    GROUP BY window_start, window_end, window_time, session_id
  )
);

-- Sessions that ended, by the hour of their end: view, then cart, then purchase, in this order; how long they took.
CREATE MATERIALIZED VIEW finished_sessions_by_hour AS
SELECT
  window_start,
  window_end,
  COUNT(*)                                                                                              AS sessions,
  COUNT(viewed_at)                                                                                      AS viewed,
  COUNT(carted_at)                                                                                      AS then_carted,
  COUNT(*) FILTER (WHERE carted_at <= bought_at)                                                        AS then_bought,
  CAST(AVG(CAST(duration_seconds AS DECIMAL(12, 2))) AS DECIMAL(12, 2))                                 AS average_seconds,
  PERCENTILE(duration_seconds, 0.5)                                                                     AS median_seconds,
  CAST(SUM(page_views) * 1.00 / COUNT(*) AS DECIMAL(9, 2))                                              AS page_views_per_session,
  CAST(SUM(product_interactions) * 1.00 / COUNT(*) AS DECIMAL(9, 2))                                    AS interactions_per_session
FROM TABLE(TUMBLE((
  SELECT window_time AS ended_at, duration_seconds, page_views, product_interactions, viewed_at, carted_at, bought_at FROM sessions
), DESCRIPTOR(ended_at), INTERVAL '1' HOUR))
GROUP BY window_start, window_end;

-- Who is here now: by arrival, so that it does not wait ten minutes for late phones, and falls to 0 after half an hour of silence.
CREATE MATERIALIZED VIEW active_sessions WITH ('max-rows' = '2160') AS
SELECT
  window_start,
  window_end,
  COUNT(DISTINCT session_id)    AS active_sessions,
  COUNT(DISTINCT user_id)       AS active_users
FROM TABLE(HOP(TABLE clickstream_events, DESCRIPTOR(arrival), INTERVAL '10' SECOND, INTERVAL '30' MINUTE))
WHERE event_ts > arrived_at - INTERVAL '30' MINUTE
GROUP BY window_start, window_end;
