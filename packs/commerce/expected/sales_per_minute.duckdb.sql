-- features: X13
-- Orders and revenue of each minute and currency; an average has the six places of Flink's.
-- A payment is late for its minute when the largest time before it is 5 seconds past the minute's end.
WITH judged AS (
  SELECT
    *,
    date_trunc('minute', "timestamp") AS minute,
    max("timestamp") OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) - INTERVAL 5 SECOND AS watermark
  FROM transaction_events
)
SELECT
  minute                     AS window_start,
  minute + INTERVAL 1 MINUTE AS window_end,
  currency,
  count(*)                   AS orders,
  sum(amount)                AS revenue,
  -- Half up, in whole numbers of millionths.
  (CAST(sum(amount) * 1000000 * 2 + count(*) AS HUGEINT) // (2 * count(*)))::DECIMAL(38, 0) / 1000000 AS average_order,
  min(amount)                AS smallest,
  max(amount)                AS largest
FROM judged
WHERE watermark IS NULL OR minute + INTERVAL 1 MINUTE - INTERVAL 1 MILLISECOND > watermark
GROUP BY minute, currency
