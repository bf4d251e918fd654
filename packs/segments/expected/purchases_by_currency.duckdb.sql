-- features: S6, S7
-- Purchases of each minute, segment and currency with what was paid in it; an amount that names none is in the reporting
-- one. An event that is not later than five seconds before what the stream had come to is late, and in no figure; the stream
-- comes to the largest time so far or, once it has been quiet for five seconds, to what the clock (four ticks a second)
-- says less those five.
SELECT
  date_trunc('minute', happened)                        AS window_start,
  date_trunc('minute', happened) + INTERVAL 1 MINUTE    AS window_end,
  segment,
  currency,
  count(*)                                              AS purchases,
  coalesce(sum(amount), 0)                              AS paid
FROM enriched
WHERE event_type = 'purchase'
GROUP BY ALL
