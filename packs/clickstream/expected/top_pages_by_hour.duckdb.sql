-- features: K11
-- The twenty pages of each hour that were viewed most; of equals the first by name.
WITH in_time AS (
  SELECT *, date_trunc('hour', event_ts) AS begins, date_trunc('hour', event_ts) + INTERVAL 1 HOUR AS ends
  FROM actions
  WHERE watermark IS NULL OR date_trunc('hour', event_ts) + INTERVAL 1 HOUR - INTERVAL 1 MILLISECOND > watermark
),
pages AS (
  SELECT begins, ends, page, count(*) AS page_views, count(DISTINCT session_id) AS sessions
  FROM in_time
  WHERE event_type = 'page_view' AND page IS NOT NULL
  GROUP BY begins, ends, page
)
SELECT
  begins  AS window_start,
  ends    AS window_end,
  row_number() OVER (PARTITION BY begins ORDER BY page_views DESC, page) AS place,
  page,
  page_views,
  sessions
FROM pages
QUALIFY place <= 20
