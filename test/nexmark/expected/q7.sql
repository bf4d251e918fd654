WITH highest AS (
  SELECT max(price) AS price, epoch_ms("dateTime") // 10000 * 10000 AS start_ms FROM bid GROUP BY start_ms
)
SELECT auction, price, bidder, "dateTime", extra
FROM bid JOIN highest USING (price)
WHERE epoch_ms("dateTime") >= start_ms AND epoch_ms("dateTime") <= start_ms + 10000
