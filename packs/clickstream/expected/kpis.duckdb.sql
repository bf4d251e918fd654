-- features: K2, X13
-- The figures of each minute, what events were underway for, and when the last of them came.
WITH in_time AS (
  SELECT *, date_trunc('minute', event_ts) AS begins, date_trunc('minute', event_ts) + INTERVAL 1 MINUTE AS ends
  FROM actions
  WHERE watermark IS NULL OR date_trunc('minute', event_ts) + INTERVAL 1 MINUTE - INTERVAL 1 MILLISECOND > watermark
),
counted AS (
  SELECT
    begins,
    ends,
    count(DISTINCT session_id)                            AS sessions,
    count(*) FILTER (event_type = 'page_view')            AS page_views,
    count(*) FILTER (event_type = 'add_to_cart')          AS add_to_carts,
    count(DISTINCT bought_order)                          AS purchases,
    coalesce(sum(revenue), 0)                             AS revenue,
    count(DISTINCT bought_order) FILTER (revenue IS NOT NULL) AS amounts,
    count(DISTINCT user_id)                               AS unique_users,
    count(DISTINCT session_id) FILTER (is_purchase)       AS converted,
    quantile_cont(epoch_ms(arrived_at) - epoch_ms(event_ts), [0.5, 0.95, 0.99]) AS latencies,
    max(arrived_at)                                       AS last_arrival
  FROM in_time
  GROUP BY begins, ends
)
-- Rates have four places and the average two, half up.
SELECT
  strftime(begins, '%Y-%m-%dT%H:%M:%SZ') AS _id,
  begins  AS window_start,
  ends    AS window_end,
  {
    sessions: sessions,
    page_views: page_views,
    add_to_carts: add_to_carts,
    purchases: purchases,
    conversion_rate: ((purchases * 20000 + sessions) // (2 * sessions))::DECIMAL(38, 0) / 10000,
    revenue: revenue,
    aov: CASE
      WHEN amounts > 0 THEN ((CAST(revenue * 200 AS HUGEINT) + amounts) // (2 * amounts))::DECIMAL(38, 0) / 100
    END,
    unique_users: unique_users,
    converted_sessions: converted,
    converted_rate: ((converted * 20000 + sessions) // (2 * sessions))::DECIMAL(38, 0) / 10000,
    priced_purchases: amounts
  }       AS metrics,
  {
    latency_ms_p50: round(latencies[1], 1),
    latency_ms_p95: round(latencies[2], 1),
    latency_ms_p99: round(latencies[3], 1),
    processing_time: strftime(last_arrival, '%Y-%m-%dT%H:%M:%S.%gZ')
  }       AS performance
FROM counted
