WITH counts AS (
  SELECT auction, (epoch_ms("dateTime") // 2000 - back) AS slide, count(*) AS num
  FROM bid, range(5) AS slides(back)
  GROUP BY auction, slide
)
SELECT auction, num FROM counts
WHERE num = (SELECT max(num) FROM counts AS same WHERE same.slide = counts.slide)
