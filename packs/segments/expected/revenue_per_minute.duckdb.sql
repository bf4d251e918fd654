-- features: S6, S7, X13
-- Purchases of each minute and segment with their money. A word is no amount: it counts as a purchase and is in no
-- average. An event that is not later than five seconds before what the stream had come to is late, and in no figure;
-- the stream comes to the largest time so far or, once it has been quiet for five seconds, to what the clock (four
-- ticks a second) says less those five.
WITH purchases AS (
  SELECT date_trunc('minute', happened) AS minute, segment, revenue
  FROM enriched
  WHERE event_type = 'purchase'
)
SELECT
  minute                                                   AS window_start,
  minute + INTERVAL 1 MINUTE                               AS window_end,
  minute + INTERVAL 1 MINUTE - INTERVAL 1 MILLISECOND      AS window_time,
  segment,
  coalesce(sum(revenue), 0)                                 AS total_revenue,
  count(*)                                                 AS transaction_count,
  -- Half up, in whole cents.
  CASE
    WHEN count(revenue) > 0 THEN
      ((CAST(sum(revenue) * 200 AS HUGEINT) + count(revenue)) // (2 * count(revenue)))::DECIMAL(38, 0) / 100
  END                                                      AS avg_transaction_value
FROM purchases
GROUP BY minute, segment
