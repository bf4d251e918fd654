-- An hour of visits, each minute anew, by device: how far they came, where they stopped, how long the steps took.
-- features: C21
WITH placed AS (
  SELECT *, date_trunc('minute', "timestamp") + to_minutes(1 + ahead) AS ends
  FROM judged, range(60) AS minutes(ahead)
),
visits AS (
  SELECT
    ends,
    session_id,
    coalesce(max(nullif(device_type, 'unknown')), 'unknown')       AS device,
    count(*) FILTER (event_type = 'page_view')                     AS pages,
    count(*) FILTER (event_type = 'product_view')                  AS products,
    count(*) FILTER (event_type = 'add_to_cart')                   AS carts,
    count(*) FILTER (event_type = 'remove_from_cart')              AS removals,
    count(*) FILTER (event_type = 'purchase')                      AS purchases,
    epoch_ms(min("timestamp"))                                     AS came,
    epoch_ms(min("timestamp") FILTER (event_type = 'add_to_cart')) AS filled,
    epoch_ms(min("timestamp") FILTER (event_type = 'purchase'))    AS bought
  FROM placed
  WHERE session_id IS NOT NULL AND (watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark)
  GROUP BY ALL
),
counted AS (
  SELECT
    ends,
    device,
    count(*)                                                       AS visits,
    count(*) FILTER (products > 0)                                 AS saw,
    count(*) FILTER (products > 0 AND carts = 0)                   AS saw_only,
    count(*) FILTER (carts > 0)                                    AS filled,
    count(*) FILTER (carts > 0 AND purchases = 0)                  AS filled_only,
    count(*) FILTER (purchases > 0)                                AS bought,
    count(*) FILTER (pages >= 4 AND products = 0)                  AS aimless,
    sum(carts)                                                     AS carts,
    sum(removals)                                                  AS removals,
    -- In whole seconds.
    quantile_cont((filled - came) // 1000, 0.5)                    AS to_cart,
    quantile_cont((bought - filled) // 1000, 0.5) FILTER (bought >= filled) AS to_purchase
  FROM visits
  GROUP BY ALL
)
-- Rates are half up, in whole hundredths.
SELECT
  ends - INTERVAL 1 HOUR                                           AS window_start,
  ends                                                             AS window_end,
  device                                                           AS device_type,
  visits,
  saw                                                              AS saw_product,
  filled                                                           AS filled_cart,
  bought,
  ((20000 * (visits - saw) + visits) // (2 * visits)) * 0.01       AS left_before_product,
  ((20000 * saw_only + saw) // (2 * saw)) * 0.01                   AS left_before_cart,
  ((20000 * filled_only + filled) // (2 * filled)) * 0.01          AS left_before_purchase,
  ((20000 * aimless + visits) // (2 * visits)) * 0.01              AS aimless,
  ((20000 * removals + carts) // (2 * carts)) * 0.01               AS removed_from_cart,
  to_cart                                                          AS median_seconds_to_cart,
  to_purchase                                                      AS median_seconds_to_purchase
FROM counted
