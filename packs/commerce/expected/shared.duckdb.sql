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

-- By payment: what its customer paid in the hour before it and was known by then, the last one first, and the last
-- one of its currency.
CREATE TABLE earlier AS
SELECT p._row AS payment, b.amount, b.location.country AS country, b.currency = p.currency AS is_comparable,
  row_number() OVER (PARTITION BY p._row ORDER BY b."timestamp" DESC, b._row DESC) AS place,
  row_number() OVER (PARTITION BY p._row, b.currency ORDER BY b."timestamp" DESC, b._row DESC) AS place_of_currency
FROM payments AS p JOIN payments AS b ON b.customer_id = p.customer_id AND b._row < p._row
  AND b."timestamp" BETWEEN p."timestamp" - INTERVAL 1 HOUR AND p."timestamp"
WHERE NOT p.is_late AND NOT b.is_late;

CREATE TABLE recent AS
SELECT payment,
  count(*) FILTER (place <= 10)                                                       AS payments,
  list(country) FILTER (place <= 10 AND country IS NOT NULL)                          AS countries,
  count(*) FILTER (is_comparable AND place_of_currency <= 10)                         AS comparable,
  sum(amount) FILTER (is_comparable AND place_of_currency <= 10)                      AS paid
FROM earlier GROUP BY payment;

CREATE TABLE weighed AS
SELECT
  p.*,
  CASE WHEN NOT is_late THEN coalesce(r.payments, 0) END                              AS payments,
  r.comparable,
  r.paid,
  coalesce(r.payments > 5, false)                                                     AS is_fast,
  coalesce(p.amount * r.comparable > 3 * r.paid, false)                               AS is_large,
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

-- Levels of stock as they are in the end, with what went out in the 24 hours before each.
CREATE VIEW arrived_levels AS
SELECT
  *,
  max("timestamp") OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)  AS newest,
  -- A stream that was quiet for 5 seconds went on by the clock, which ticks four times a second, 5 seconds behind it.
  time_bucket(INTERVAL 250 MILLISECOND, _at)                                            AS tick,
  lag(_at) OVER (ORDER BY _row)                                                         AS came_before
FROM inventory_events;

CREATE VIEW clocked_levels AS
SELECT *, max(CASE WHEN tick - came_before >= INTERVAL 5 SECOND THEN tick END)
  OVER (ORDER BY _row) - INTERVAL 5 SECOND                                              AS clock
FROM arrived_levels;

CREATE VIEW levels AS
SELECT *, coalesce("timestamp" <= greatest(newest, clock) - INTERVAL 5 SECOND, false)   AS is_late FROM clocked_levels;

-- One that comes too late is compared with nothing, and nothing with it.
CREATE VIEW compared_levels AS
SELECT
  _row,
  greatest(lag(current_stock) OVER each_one - current_stock, 0)                         AS sold
FROM levels
WHERE NOT is_late
WINDOW each_one AS (PARTITION BY product_id, warehouse_location ORDER BY "timestamp", _row);

CREATE VIEW latest_levels AS
SELECT * FROM levels
QUALIFY row_number() OVER (
  PARTITION BY product_id, warehouse_location ORDER BY "timestamp" DESC, is_late DESC, _row DESC) = 1;

-- What went out in the 24 hours before each, and for how long it is known, a day at most.
CREATE VIEW sold_in_a_day AS
SELECT
  n._row,
  coalesce(sum(c.sold) FILTER (b."timestamp" >= n."timestamp" - INTERVAL 24 HOUR), 0)     AS sold,
  least((epoch_ms(n."timestamp") - min(epoch_ms(b."timestamp"))) // 1000, 86400)        AS seconds
FROM latest_levels AS n
JOIN levels AS b ON b.product_id = n.product_id AND b.warehouse_location = n.warehouse_location AND NOT b.is_late
  AND b."timestamp" <= n."timestamp"
JOIN compared_levels AS c ON c._row = b._row
WHERE NOT n.is_late
GROUP BY n._row, n."timestamp";

CREATE VIEW covered_levels AS
SELECT
  n.*,
  d.sold,
  n.current_stock - n.reserved_stock                                                    AS available,
  -- Hundredths of hours, half up; an hour at least.
  greatest(n.current_stock - n.reserved_stock, 0)::HUGEINT * greatest((d.seconds + 18) // 36, 100) AS piece_hours
FROM latest_levels AS n LEFT JOIN sold_in_a_day AS d ON d._row = n._row;
