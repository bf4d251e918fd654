-- features: R2, R4, X2, X13
-- What each store sold in each minute, on how many sales, to how many customers that are known. A sale is late for its
-- window when the stream had come to the window's end and ten minutes more before it: by the largest time of the sales
-- before, or by the clock, which ticks four times a second, less five seconds once it had been quiet for so long.
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
in_time AS (
  SELECT *, begins + INTERVAL 1 MINUTE AS ends
  FROM reached
  WHERE watermark IS NULL OR begins + INTERVAL 1 MINUTE - INTERVAL 1 MILLISECOND > watermark
)
SELECT
  begins                      AS window_start,
  ends                        AS window_end,
  store_id,
  count(*)                    AS total_transactions,
  coalesce(sum(amount_paid), 0) AS total_revenue,
  count(DISTINCT customer_id) AS unique_customers,
  -- Half up, in whole cents.
  CASE
    WHEN count(amount_paid) > 0 THEN
      ((CAST(sum(amount_paid) * 200 AS HUGEINT) + count(amount_paid)) // (2 * count(amount_paid)))::DECIMAL(38, 0) / 100
  END                         AS avg_transaction_value
FROM in_time
GROUP BY begins, ends, store_id
