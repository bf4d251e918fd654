SELECT auction, bidder, CAST(0.908 * price AS DECIMAL(23, 3)),
  CASE
    WHEN hour("dateTime") BETWEEN 8 AND 18 THEN 'dayTime'
    WHEN hour("dateTime") IN (7, 19) THEN 'otherTime'
    ELSE 'nightTime'
  END,
  "dateTime", extra, length(extra) - length(replace(extra, 'c', ''))
FROM bid
WHERE 908 * price > 1000000000 AND 908 * price < 50000000000
