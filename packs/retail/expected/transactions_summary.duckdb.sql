-- features: R2, R4, X2, X13
-- What each store sold in each minute, on how many sales, to how many customers that are known. A sale is late for its
-- window when the stream had come to the window's end before it.
WITH begun AS (
  SELECT *, date_trunc('minute', happened) AS begins FROM reached
),
in_time AS (
  SELECT *, begins + INTERVAL 1 MINUTE AS ends
  FROM begun
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
