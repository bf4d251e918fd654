-- features: R2, X2
-- Pieces and money of each product by hour, over the lines of the sales. A line without a quantity is one piece. A sale is late for its window when the stream
-- had come to the window's end before it.
WITH begun AS (
  SELECT *, date_trunc('hour', happened) AS begins FROM reached
),
in_time AS (
  SELECT *, begins + INTERVAL 1 HOUR AS ends
  FROM begun
  WHERE watermark IS NULL OR begins + INTERVAL 1 HOUR - INTERVAL 1 MILLISECOND > watermark
),
lines AS (
  SELECT begins, ends, unnest(products) AS line FROM in_time
)
SELECT
  begins                                                        AS window_start,
  ends                                                          AS window_end,
  line.product_id                                               AS product_id,
  sum(coalesce(line.quantity, 1))                               AS pieces,
  coalesce(sum(coalesce(line.quantity, 1) * line.price), 0)     AS revenue,
  count(*)                                                      AS sales,
  count(*) FILTER (line.price IS NULL)                          AS without_price
FROM lines
GROUP BY begins, ends, line.product_id
