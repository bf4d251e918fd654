-- features: R11
-- The hour before each minute, store by store: what of it had arrived when it ended. A sale is of when it happened, or of when it
-- arrived where its till is ahead; one that arrives an hour after it happened is of none.
WITH reaching AS (
  SELECT
    *,
    least(happened, arrived_at)                                                       AS sold_at,
    date_trunc('minute', arrived_at) + to_minutes(unnest(range(1, 61)))               AS ends
  FROM sales
  WHERE happened > arrived_at - INTERVAL 1 HOUR
)
SELECT
  ends - INTERVAL 1 HOUR        AS window_start,
  ends                          AS window_end,
  store_id,
  count(*)                      AS transactions,
  coalesce(sum(amount_paid), 0) AS revenue,
  count(DISTINCT customer_id)   AS active_customers,
  -- Half up, in whole cents.
  CASE
    WHEN count(amount_paid) > 0 THEN
      ((CAST(sum(amount_paid) * 200 AS HUGEINT) + count(amount_paid)) // (2 * count(amount_paid)))::DECIMAL(38, 0) / 100
  END                           AS mean_sale
FROM reaching
WHERE sold_at >= ends - INTERVAL 1 HOUR
GROUP BY ends, store_id
