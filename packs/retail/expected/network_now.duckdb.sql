-- features: R6, R7, R8
-- The hour before each five seconds: sales a minute, and what comes to an hour, by its seconds, or by those since the first sale
-- of it, or the first that came within the hour before one of its five seconds. A sale is of
-- when it happened, or of when it arrived where its till is ahead, and of each five seconds that end behind its arrival; one that
-- arrives an hour after it happened is of none.
WITH now_sold AS (
  SELECT *, least(happened, arrived_at) AS sold_at, time_bucket(INTERVAL 5 SECOND, arrived_at) AS arrived_in
  FROM sales
),
reaching AS (
  SELECT *, arrived_in + to_seconds(5 * unnest(range(1, 721))) AS ends
  FROM now_sold
  WHERE happened > arrived_at - INTERVAL 1 HOUR
),
counted AS (
  SELECT
    ends,
    count(store_id)                                                 AS transactions,
    count(DISTINCT store_id)                                        AS stores,
    count(DISTINCT customer_id)                                     AS active_customers,
    coalesce(sum(amount_paid), 0)                                   AS revenue,
    -- Seconds that have begun.
    least(3600, (epoch_ms(ends) - epoch_ms(least(min(sold_at), (
      SELECT min(s.arrived_at) FROM sales AS s
      WHERE s.arrived_at >= ends - INTERVAL '1 hour 59 minutes 55 seconds' AND s.arrived_at < ends
    ))) + 999) // 1000)                                             AS seconds
  FROM reaching
  WHERE sold_at >= ends - INTERVAL 1 HOUR
  GROUP BY ends
  -- The view keeps two hours.
  ORDER BY ends DESC
  LIMIT 1440
)
-- Quotients are rounded half up.
SELECT
  ends - INTERVAL 1 HOUR                                                                        AS window_start,
  ends                                                                                          AS window_end,
  transactions,
  stores,
  active_customers,
  revenue,
  ((seconds * 20000 + 60) // 120)::DECIMAL(38, 0) / 10000                                       AS minutes_covered,
  ((transactions * 12000 + seconds) // (2 * seconds))::DECIMAL(38, 0) / 100                     AS transactions_per_minute,
  ((CAST(revenue * 720000 AS HUGEINT) + seconds) // (2 * seconds))::DECIMAL(38, 0) / 100        AS projected_revenue_per_hour
FROM counted
