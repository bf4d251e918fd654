-- The cards: five minutes of customers beside the five before them, NULL where nobody was there.
-- features: C7, C8
WITH placed AS (
  SELECT *, date_trunc('second', "timestamp") + to_seconds(1 + ahead) AS ends
  FROM judged, range(300) AS seconds(ahead)
),
counted AS (
  SELECT
    ends,
    count(*)                                                       AS events,
    count(DISTINCT customer_id)                                    AS customers,
    count(*) FILTER (event_type = 'page_view')                     AS views,
    count(*) FILTER (event_type = 'purchase')                      AS purchases,
    sum(coalesce(revenue, 0))                                      AS revenue
  FROM placed
  WHERE watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark
  GROUP BY ends
),
cards AS (
  -- Half up, in whole hundredths.
  SELECT ends, customers, revenue, events * 0.20 AS pace,
    ((20000 * purchases + views) // (2 * views)) * 0.01 AS rate
  FROM counted
)
SELECT
  now.ends - INTERVAL 5 MINUTE                                     AS window_start,
  now.ends                                                         AS window_end,
  now.ends - INTERVAL 1 MILLISECOND                                AS window_time,
  now.customers                                                    AS unique_customers,
  before.customers                                                 AS unique_customers_before,
  now.revenue                                                      AS total_revenue,
  before.revenue                                                   AS total_revenue_before,
  now.rate                                                         AS conversion_rate,
  before.rate                                                      AS conversion_rate_before,
  now.pace                                                         AS events_per_minute,
  before.pace                                                      AS events_per_minute_before
FROM cards AS now LEFT JOIN cards AS before ON before.ends = now.ends - INTERVAL 5 MINUTE
