SELECT auction, strftime("dateTime", '%Y-%m-%d'),
  count(*),
  count(*) FILTER (WHERE price < 10000),
  count(*) FILTER (WHERE price BETWEEN 10000 AND 999999),
  count(*) FILTER (WHERE price >= 1000000),
  min(price), max(price), sum(price) // count(*), sum(price)
FROM bid GROUP BY 1, 2
