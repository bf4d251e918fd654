WITH marked AS (
  SELECT bidder, epoch_ms("dateTime") AS ms,
    epoch_ms("dateTime") - lag(epoch_ms("dateTime")) OVER in_time > 10000 AS begins
  FROM bid
  WINDOW in_time AS (PARTITION BY bidder ORDER BY "dateTime", arrival)
), numbered AS (
  SELECT bidder, ms, count(*) FILTER (WHERE begins) OVER (
    PARTITION BY bidder ORDER BY ms ROWS UNBOUNDED PRECEDING) AS session
  FROM marked
)
SELECT bidder, count(*), make_timestamp(min(ms) * 1000), make_timestamp((max(ms) + 10000) * 1000)
FROM numbered GROUP BY bidder, session
