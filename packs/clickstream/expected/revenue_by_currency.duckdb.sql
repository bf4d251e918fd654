-- features: K8
-- What was paid in each minute and currency, and what that was worth by the rate of its time.
WITH in_time AS (
  SELECT *, date_trunc('minute', event_ts) AS begins, date_trunc('minute', event_ts) + INTERVAL 1 MINUTE AS ends
  FROM actions
  WHERE watermark IS NULL OR date_trunc('minute', event_ts) + INTERVAL 1 MINUTE - INTERVAL 1 MILLISECOND > watermark
)
SELECT
  begins  AS window_start,
  ends    AS window_end,
  coalesce(currency, 'unknown')                                   AS currency,
  count(DISTINCT bought_order)                                    AS purchases,
  coalesce(sum(paid), 0)                                          AS paid,
  coalesce(sum(revenue), 0)                                       AS revenue,
  count(DISTINCT bought_order) FILTER (paid IS NOT NULL AND revenue IS NULL) AS without_rate
FROM in_time
WHERE is_purchase
GROUP BY ALL
