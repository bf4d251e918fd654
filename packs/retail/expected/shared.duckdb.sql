-- What twins of sales begin with: when each happened, what was paid, and how far the stream had come before it. That is ten
-- minutes behind the largest time of the sales before, or behind the clock, which ticks four times a second, less five seconds
-- once the stream had been quiet for so long.
CREATE VIEW sales AS
SELECT
  *,
  coalesce(event_time, arrived_at)           AS happened,
  coalesce(final_amount, amount)             AS amount_paid,
  lag(_at) OVER (ORDER BY _row)              AS last_at,
  time_bucket(INTERVAL 250 MILLISECOND, _at) AS tick
FROM "retail-transactions";

CREATE VIEW reached AS
SELECT
  *,
  greatest(
    max(happened) OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    max(tick - INTERVAL 5 SECOND) FILTER (tick - last_at >= INTERVAL 5 SECOND) OVER (ORDER BY _row)
  ) - INTERVAL 10 MINUTE AS watermark
FROM sales;
