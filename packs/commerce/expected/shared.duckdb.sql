-- What several twins begin with: how far time had come before each event, and payments decided anew.

-- How far customer events had come before each of them.
CREATE TABLE judged AS
SELECT
  *,
  max("timestamp") OVER before_it - INTERVAL 5 SECOND            AS watermark
FROM customer_events
WINDOW before_it AS (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);

-- A stream that was quiet for 5 seconds went on by the clock, which ticks four times a second, 5 seconds behind it.
CREATE TABLE ticked AS
SELECT
  *,
  time_bucket(INTERVAL 250 MILLISECOND, _at) AS tick,
  lag(_at) OVER (ORDER BY _row)              AS came_before
FROM transaction_events;

CREATE TABLE arrived AS
SELECT
  *,
  max("timestamp") OVER before_a_payment                                                         AS newest,
  max(CASE WHEN tick - came_before >= INTERVAL 5 SECOND THEN tick END)
    OVER (ORDER BY _row) - INTERVAL 5 SECOND                                          AS clock
FROM ticked
WINDOW before_a_payment AS (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);

CREATE TABLE payments AS
SELECT
  *,
  coalesce("timestamp" <= greatest(newest, clock) - INTERVAL 5 SECOND, false)         AS is_late,
  least(greatest(coalesce(risk_score, 0), 0), 1)::DECIMAL(7, 6)                       AS risk
FROM arrived;

-- By payment: what its customer paid in the hour before it and was known by then, the last one first.
CREATE TABLE earlier AS
SELECT p._row AS payment, b.amount, b.location.country AS country,
  row_number() OVER (PARTITION BY p._row ORDER BY b."timestamp" DESC, b._row DESC) AS place
FROM payments AS p JOIN payments AS b ON b.customer_id = p.customer_id AND b._row < p._row
  AND b."timestamp" BETWEEN p."timestamp" - INTERVAL 1 HOUR AND p."timestamp"
WHERE NOT p.is_late AND NOT b.is_late;

CREATE TABLE recent AS
SELECT payment, count(*) AS payments, sum(amount) AS paid, list(country) AS countries
FROM earlier WHERE place <= 10 GROUP BY payment;

CREATE TABLE weighed AS
SELECT
  p.*,
  CASE WHEN NOT is_late THEN coalesce(r.payments, 0) END                              AS payments,
  r.paid,
  coalesce(r.payments > 5, false)                                                     AS is_fast,
  coalesce(p.amount * r.payments > 3 * r.paid, false)                                 AS is_large,
  coalesce(NOT list_contains(r.countries, p.location.country), false)                 AS is_elsewhere
FROM payments AS p LEFT JOIN recent AS r ON r.payment = p._row;

CREATE TABLE scored AS
SELECT
  *,
  least(1, risk + CASE WHEN is_fast THEN 0.3 ELSE 0 END + CASE WHEN is_large THEN 0.2 ELSE 0 END
    + CASE WHEN is_elsewhere THEN 0.15 ELSE 0 END)::DECIMAL(7, 6)                     AS score
FROM weighed;

CREATE TABLE decided AS
SELECT
  *,
  CASE WHEN is_late THEN 'review' WHEN score > 0.9 THEN 'blocked' WHEN score > 0.7 THEN 'review'
    ELSE 'approved' END                                                               AS decision
FROM scored;
