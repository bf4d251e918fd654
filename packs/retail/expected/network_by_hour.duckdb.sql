-- features: R8, X2
-- All stores over each 60 minutes, each minute anew; somebody who bought in two stores is one customer. A sale is late
-- for its window when the stream had come to the window's end and ten minutes more before it: by the largest time of
-- the sales before, or by the clock, which ticks four times a second, less five seconds once it had been quiet for so
-- long.
WITH sales AS (
  SELECT
    *,
    coalesce(event_time, arrived_at)           AS happened,
    coalesce(final_amount, amount)             AS amount_paid,
    lag(_at) OVER (ORDER BY _row)              AS last_at,
    time_bucket(INTERVAL 250 MILLISECOND, _at) AS tick
  FROM "retail-transactions"
),
reached AS (
  SELECT
    *,
    date_trunc('minute', happened) AS begins,
    greatest(
      max(happened) OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
      max(tick - INTERVAL 5 SECOND) FILTER (tick - last_at >= INTERVAL 5 SECOND) OVER (ORDER BY _row)
    ) - INTERVAL 10 MINUTE AS watermark
  FROM sales
),
moved AS (
  -- The hours that a sale is in end at each of the 60 minutes behind its own.
  SELECT *, begins + to_minutes(unnest(range(1, 61))) AS ends
  FROM reached
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
