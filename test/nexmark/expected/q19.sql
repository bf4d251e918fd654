SELECT * EXCLUDE (arrival), row_number() OVER (PARTITION BY auction ORDER BY price DESC, arrival) AS place
FROM bid
QUALIFY place <= 10
