-- Payments of each minute and currency as they were decided: the decisions are made anew of the payments that came.
-- features: C9, C10, C12, X2
WITH ticked AS (
  -- A stream that was quiet for 5 seconds went on by the clock, which ticks four times a second, 5 seconds behind it.
  SELECT
    *,
    time_bucket(INTERVAL 250 MILLISECOND, _at) AS tick,
    lag(_at) OVER (ORDER BY _row)              AS came_before
  FROM transaction_events
),
arrived AS (
  SELECT
    *,
    max("timestamp") OVER before_it                                                         AS newest,
    max(CASE WHEN tick - came_before >= INTERVAL 5 SECOND THEN tick END)
      OVER (ORDER BY _row) - INTERVAL 5 SECOND                                          AS clock
  FROM ticked
  WINDOW before_it AS (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
payments AS (
  SELECT
    *,
    coalesce("timestamp" <= greatest(newest, clock) - INTERVAL 5 SECOND, false)         AS is_late,
    least(greatest(coalesce(risk_score, 0), 0), 1)::DECIMAL(7, 6)                       AS risk
  FROM arrived
),
-- By payment: what its customer paid in the hour before it and was known by then, the last one first.
earlier AS (
  SELECT p._row AS payment, b.amount, b.location.country AS country,
    row_number() OVER (PARTITION BY p._row ORDER BY b."timestamp" DESC, b._row DESC) AS place
  FROM payments AS p JOIN payments AS b ON b.customer_id = p.customer_id AND b._row < p._row
    AND b."timestamp" BETWEEN p."timestamp" - INTERVAL 1 HOUR AND p."timestamp"
  WHERE NOT p.is_late AND NOT b.is_late
),
recent AS (
  SELECT payment, count(*) AS payments, sum(amount) AS paid, list(country) AS countries
  FROM earlier WHERE place <= 10 GROUP BY payment
),
weighed AS (
  SELECT
    p.*,
    CASE WHEN NOT is_late THEN coalesce(r.payments, 0) END                              AS payments,
    r.paid,
    coalesce(r.payments > 5, false)                                                     AS is_fast,
    coalesce(p.amount * r.payments > 3 * r.paid, false)                                 AS is_large,
    coalesce(NOT list_contains(r.countries, p.location.country), false)                 AS is_elsewhere
  FROM payments AS p LEFT JOIN recent AS r ON r.payment = p._row
),
scored AS (
  SELECT
    *,
    least(1, risk + CASE WHEN is_fast THEN 0.3 ELSE 0 END + CASE WHEN is_large THEN 0.2 ELSE 0 END
      + CASE WHEN is_elsewhere THEN 0.15 ELSE 0 END)::DECIMAL(7, 6)                     AS score
  FROM weighed
),
decided AS (
  SELECT
    *,
    CASE WHEN is_late THEN 'review' WHEN score > 0.9 THEN 'blocked' WHEN score > 0.7 THEN 'review'
      ELSE 'approved' END                                                               AS decision
  FROM scored
)
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
