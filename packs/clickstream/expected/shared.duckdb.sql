-- What the twins begin with: how far time had come before each event, and what purchases were worth.

CREATE TABLE come AS
SELECT *, lag(_at) OVER (ORDER BY _row) AS last_at, time_bucket(INTERVAL 250 MILLISECOND, _at) AS tick
FROM clickstream_events;

-- What the stream had come to before each event: the largest time or, once it has been quiet for five seconds, the
-- clock (of four ticks a second) less those five; and what purchases had come to, which is the largest time of theirs.
CREATE TABLE reached AS
SELECT
  *,
  greatest(
    max(event_ts) OVER earlier,
    max(tick - INTERVAL 5 SECOND) FILTER (tick - last_at >= INTERVAL 5 SECOND) OVER (ORDER BY _row)
  )                                                         AS reached,
  max(event_ts) FILTER (event_type = 'purchase') OVER earlier AS bought_until
FROM come
WINDOW earlier AS (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);

-- Of each purchase the rates that were known when it came and valid at its time, the latest of them.
CREATE TABLE rated AS
SELECT p._row, arg_max(r.rate, (r.valid_from, r._order)) AS rate
FROM clickstream_events AS p
JOIN exchange_rates AS r ON r.currency = p.currency AND r.valid_from <= p.event_ts AND r._order < p._order
WHERE p.event_type = 'purchase'
GROUP BY p._row;

-- A purchase more than ten minutes behind the stream is late and in no figure. All others are in time until purchases,
-- or the stream less ten minutes, have come to ten minutes behind the window's end.
CREATE TABLE actions AS
SELECT
  e.*,
  greatest(bought_until, reached - INTERVAL 10 MINUTE) - INTERVAL 10 MINUTE   AS watermark,
  event_type = 'purchase'                                                     AS is_purchase,
  -- Rows of one order are one purchase.
  CASE WHEN is_purchase THEN coalesce(order_id, event_id) END                 AS bought_order,
  CASE WHEN is_purchase THEN coalesce(quantity, 1) ELSE 0 END                 AS pieces,
  CASE WHEN is_purchase THEN price * pieces END                               AS paid,
  -- Half up, in whole cents, of ten places.
  CASE
    WHEN is_purchase THEN
      (
        (CAST(price * 100 AS HUGEINT) * pieces * CAST(rate * 100000000 AS HUGEINT) + 50000000) // 100000000
      )::DECIMAL(38, 0) / 100
  END::DECIMAL(38, 2)                                                         AS revenue,
  coalesce(geo.country, 'unknown')                                            AS country,
  coalesce(geo.city, 'unknown')                                               AS city,
  coalesce(device.os, 'unknown')                                              AS os,
  coalesce(device.mobile, false)                                              AS is_mobile
FROM reached AS e
LEFT JOIN rated USING (_row)
WHERE event_type <> 'purchase' OR reached IS NULL OR event_ts > reached - INTERVAL 10 MINUTE;
