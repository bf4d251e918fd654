-- Payments of each minute and currency as they were decided: the decisions are made anew of the payments that came.
-- features: C9, C10, C12, X2
SELECT
  date_trunc('minute', "timestamp")                                  AS window_start,
  date_trunc('minute', "timestamp") + INTERVAL 1 MINUTE              AS window_end,
  currency,
  count(*)                                                           AS "count",
  sum(amount)                                                        AS amount,
  count(*) FILTER (score > 0.7)                                      AS flagged,
  count(*) FILTER (score > 0.8)                                      AS alerted,
  count(*) FILTER (decision = 'approved')                            AS approved,
  count(*) FILTER (decision = 'review')                              AS review,
  count(*) FILTER (decision = 'blocked')                             AS blocked,
  coalesce(sum(amount) FILTER (decision <> 'blocked'), 0)            AS net_amount
FROM decided
-- The decisions follow the payments: when those are quiet, another 5 seconds behind.
WHERE newest IS NULL OR date_trunc('minute', "timestamp") + INTERVAL '59.999' SECOND
  > greatest(newest, clock - INTERVAL 5 SECOND) - INTERVAL 5 SECOND
GROUP BY ALL
