-- features: R8, X2
-- All stores over each 60 minutes, each minute anew; somebody who bought in two stores is one customer. A sale is late
-- for its window when the stream had come to the window's end before it.
WITH begun AS (
  SELECT *, date_trunc('minute', happened) AS begins FROM reached
),
moved AS (
  -- The hours that a sale is in end at each of the 60 minutes behind its own.
  SELECT *, begins + to_minutes(unnest(range(1, 61))) AS ends
  FROM begun
)
SELECT
  ends - INTERVAL 1 HOUR        AS window_start,
  ends                          AS window_end,
  count(*)                      AS transactions,
  count(DISTINCT store_id)      AS stores,
  count(DISTINCT customer_id)   AS active_customers,
  coalesce(sum(amount_paid), 0) AS revenue
FROM moved
WHERE watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark
GROUP BY ends
