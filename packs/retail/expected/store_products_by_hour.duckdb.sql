-- features: R2, X2
-- Pieces and money of each product by hour, over the lines of the sales. A sale is late for its window when the stream
-- had come to the window's end and ten minutes more before it: by the largest time of the sales before, or by the
-- clock, which ticks four times a second, less five seconds once it had been quiet for so long.
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
    date_trunc('hour', happened) AS begins,
    greatest(
      max(happened) OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
      max(tick - INTERVAL 5 SECOND) FILTER (tick - last_at >= INTERVAL 5 SECOND) OVER (ORDER BY _row)
    ) - INTERVAL 10 MINUTE AS watermark
  FROM sales
),
in_time AS (
  SELECT *, begins + INTERVAL 1 HOUR AS ends
  FROM reached
  WHERE watermark IS NULL OR begins + INTERVAL 1 HOUR - INTERVAL 1 MILLISECOND > watermark
),
lines AS (
  SELECT begins, ends, unnest(products) AS line FROM in_time
)
SELECT
  begins                          AS window_start,
  ends                            AS window_end,
  line.product_id                 AS product_id,
  sum(line.quantity)              AS pieces,
  sum(line.quantity * line.price) AS revenue,
  count(*)                        AS sales
FROM lines
GROUP BY begins, ends, line.product_id
