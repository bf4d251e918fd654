-- features: S3, S4
-- Events of each minute by the segment that their user had at that moment; who has none is 'unknown'. An event that is
-- not later than five seconds before what the stream had come to is late, and in no figure; the stream comes to the
-- largest time so far or, once it has been quiet for five seconds, to what the clock (four ticks a second) says less
-- those five.
SELECT
  date_trunc('minute', happened)                                                      AS window_start,
  date_trunc('minute', happened) + INTERVAL 1 MINUTE                                  AS window_end,
  date_trunc('minute', happened) + INTERVAL 1 MINUTE - INTERVAL 1 MILLISECOND         AS window_time,
  segment,
  count(*)                                                                            AS event_count
FROM enriched
GROUP BY ALL
