-- Five minutes of each kind of page (the first part of its path, whatever the host) and device: errors, load times, removals.
-- features: C21
WITH judged AS (
  SELECT
    *,
    CASE WHEN coalesce(page_url, '') = '' THEN 'unknown' ELSE '/' || split_part(split_part(split_part(regexp_replace(
      regexp_replace(page_url, '^([A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*', ''), '^/', ''), '?', 1), '#', 1), '/', 1) END AS page,
    coalesce(device_type, 'unknown')                               AS device,
    time_bucket(INTERVAL 5 MINUTE, "timestamp")                    AS begins,
    max("timestamp") OVER before_it - INTERVAL 5 SECOND            AS watermark
  FROM customer_events
  WINDOW before_it AS (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
counted AS (
  SELECT
    begins, page, device,
    count(*)                                                       AS events,
    count(*) FILTER (event_type = 'remove_from_cart')              AS removals,
    count(*) FILTER (event_type = 'add_to_cart')                   AS carts,
    count(error)                                                   AS errors,
    quantile_cont(load_ms, 0.5)                                    AS load_ms_p50,
    quantile_cont(load_ms, 0.95)                                   AS load_ms_p95
  FROM judged
  WHERE watermark IS NULL OR begins + INTERVAL 5 MINUTE - INTERVAL 1 MILLISECOND > watermark
  GROUP BY ALL
)
-- Rates are half up, in whole hundredths.
SELECT
  begins                                                           AS window_start,
  begins + INTERVAL 5 MINUTE                                       AS window_end,
  page,
  device                                                           AS device_type,
  events,
  removals,
  ((20000 * removals + carts) // (2 * carts)) * 0.01               AS removed_from_cart,
  errors,
  ((20000 * errors + events) // (2 * events)) * 0.01               AS error_rate,
  load_ms_p50,
  load_ms_p95
FROM counted
