-- Five minutes of customers, each second anew. An event that comes late is in those five minutes that are still open.
-- features: C7, X2
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
    sum(coalesce(revenue, 0))                                      AS revenue,
    count(DISTINCT session_id)                                     AS visits,
    count(DISTINCT session_id) FILTER (event_type = 'purchase')    AS buying
  FROM placed
  WHERE watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark
  GROUP BY ends
)
-- Rates are half up, in whole hundredths.
SELECT
  ends - INTERVAL 5 MINUTE                                         AS window_start,
  ends                                                             AS window_end,
  ends - INTERVAL 1 MILLISECOND                                    AS window_time,
  ends                                                             AS "timestamp",
  5                                                                AS window_minutes,
  events                                                           AS total_events,
  customers                                                        AS unique_customers,
  views                                                            AS page_views,
  purchases,
  revenue                                                          AS total_revenue,
  ((20000 * purchases + views) // (2 * views)) * 0.01              AS conversion_rate,
  events * 0.20                                                    AS events_per_minute,
  visits                                                           AS sessions,
  buying                                                           AS buying_sessions,
  ((20000 * buying + visits) // (2 * visits)) * 0.01               AS session_conversion_rate
FROM counted
