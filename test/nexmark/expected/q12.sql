WITH appended AS (SELECT bidder, (arrival // 500) * 7 // 10 AS ten_seconds FROM bid)
SELECT bidder, count(*), make_timestamp(2026, 3, 1, 12, 0, 0) + ten_seconds * INTERVAL 10 SECOND,
  make_timestamp(2026, 3, 1, 12, 0, 0) + (ten_seconds + 1) * INTERVAL 10 SECOND
FROM appended GROUP BY bidder, ten_seconds
