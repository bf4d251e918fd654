-- All stores as of now, every five seconds anew: what arrived within the last hour and happened within it. Where less than an hour is
-- covered by sales, the rate is of the minutes that are, and the projection is scaled to sixty.
CREATE MATERIALIZED VIEW network_now WITH ('max-rows' = '1440') AS
SELECT
  window_start,
  window_end,
  transactions,
  stores,
  active_customers,
  revenue,
  minutes_covered,
  CAST(transactions / minutes_covered AS DECIMAL(12, 2))                    AS transactions_per_minute,
  CAST(revenue * 60 / minutes_covered AS DECIMAL(14, 2))                    AS projected_revenue_per_hour
FROM (
  SELECT
    window_start,
    window_end,
    COUNT(*)                                                                AS transactions,
    COUNT(DISTINCT store_id)                                                AS stores,
    COUNT(DISTINCT customer_id)                                             AS active_customers,
    COALESCE(SUM(paid), 0)                                                  AS revenue,
    CAST(GREATEST(TIMESTAMPDIFF(SECOND, MIN(CAST(happened_at AS TIMESTAMP(3))), window_end), 1) / 60.0 AS DECIMAL(9, 4)) AS minutes_covered
  FROM TABLE(HOP(TABLE `retail-transactions`, DESCRIPTOR(arrival), INTERVAL '5' SECOND, INTERVAL '1' HOUR))
  WHERE happened_at > arrived_at - INTERVAL '1' HOUR
  GROUP BY window_start, window_end
);

-- The last hour by the time of the sales, each minute anew; exact, and ten minutes behind.
CREATE MATERIALIZED VIEW network_by_hour WITH ('max-rows' = '10080') AS
SELECT
  window_start,
  window_end,
  COUNT(*)                                                                  AS transactions,
  COUNT(DISTINCT store_id)                                                  AS stores,
  COUNT(DISTINCT customer_id)                                               AS active_customers,
  COALESCE(SUM(paid), 0)                                                    AS revenue
FROM TABLE(HOP(TABLE `retail-transactions`, DESCRIPTOR(happened_at), INTERVAL '1' MINUTE, INTERVAL '1' HOUR))
GROUP BY window_start, window_end;
