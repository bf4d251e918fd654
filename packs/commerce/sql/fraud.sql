-- Each payment is decided when it comes, by what the same customer did in the hour before it: at most the last
-- ten payments, in the order of their times. The payment itself is never part of what it is compared with.
-- Both frames end with the payment, so that one holds the other: what is in both is the lesser of their counts.
CREATE VIEW last_ten AS
SELECT
  *,
  COUNT(*) OVER w - 1                   AS ten_count,
  COUNT(location.country) OVER w        AS ten_located,
  ARRAY_AGG(location.country) OVER w    AS ten_countries
FROM transaction_events
WINDOW w AS (PARTITION BY customer_id ORDER BY `timestamp` ROWS BETWEEN 10 PRECEDING AND CURRENT ROW);

CREATE VIEW last_hour AS
SELECT
  *,
  COUNT(*) OVER w - 1              AS hour_count,
  COUNT(location.country) OVER w   AS hour_located
FROM last_ten
WINDOW w AS (PARTITION BY customer_id ORDER BY `timestamp` RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW);

CREATE VIEW last_hour_of_country AS
SELECT
  *,
  COUNT(*) OVER w AS hour_in_country
FROM last_hour
WINDOW w AS (PARTITION BY customer_id, location.country ORDER BY `timestamp` RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW);

-- Amounts are compared with those of the same currency alone.
CREATE VIEW last_ten_of_currency AS
SELECT
  *,
  COUNT(*) OVER w - 1         AS currency_ten_count,
  SUM(amount) OVER w - amount AS currency_ten_amount
FROM last_hour_of_country
WINDOW w AS (PARTITION BY customer_id, currency ORDER BY `timestamp` ROWS BETWEEN 10 PRECEDING AND CURRENT ROW);

CREATE VIEW last_hour_of_currency AS
SELECT
  *,
  COUNT(*) OVER w - 1         AS currency_hour_count,
  SUM(amount) OVER w - amount AS currency_hour_amount
FROM last_ten_of_currency
WINDOW w AS (PARTITION BY customer_id, currency ORDER BY `timestamp` RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW);

-- A score that is missing is 0; one beyond 0 and 1 is cut to them. From here on it is exact: 0.6 + 0.3 is 0.9.
-- How often the payment's country is there and how many have one counts the payment itself.
CREATE VIEW recent AS
SELECT
  *,
  COALESCE(CAST(LEAST(GREATEST(risk_score, 0), 1) AS DECIMAL(7, 6)), 0.000000)                        AS risk,
  LEAST(ten_count, hour_count)                                                                        AS recent_transactions,
  LEAST(ten_located, hour_located)                                                                    AS located,
  LEAST(CARDINALITY(ten_countries) - CARDINALITY(ARRAY_REMOVE(ten_countries, location.country)), hour_in_country) AS in_country,
  LEAST(currency_ten_count, currency_hour_count)                                                      AS comparable,
  CASE WHEN currency_hour_count > 10 THEN currency_ten_amount ELSE currency_hour_amount END           AS comparable_amount
FROM last_hour_of_currency;

-- A country that is missing is none: it is not new, and without another one no country is.
CREATE VIEW judged AS
SELECT
  *,
  recent_transactions > 5                                                  AS is_fast,
  comparable > 0 AND amount * comparable > 3 * comparable_amount           AS is_large,
  location.country IS NOT NULL AND located > 1 AND in_country = 1          AS is_elsewhere
FROM recent;

CREATE VIEW scored AS
SELECT
  *,
  COALESCE(CAST(LEAST(1.0,
    risk
    + CASE WHEN is_fast THEN 0.3 ELSE 0 END
    + CASE WHEN is_large THEN 0.2 ELSE 0 END
    + CASE WHEN is_elsewhere THEN 0.15 ELSE 0 END) AS DECIMAL(7, 6)), 1.000000) AS score
FROM judged;

-- One row a payment, written once and never revised. A payment that came too late to be compared is for people to look at.
CREATE TABLE transactions_processed (
  transaction_id       STRING NOT NULL,
  customer_id          STRING NOT NULL,
  amount               DECIMAL(12, 2) NOT NULL,
  currency             STRING NOT NULL,
  payment_method       STRING,
  `timestamp`          TIMESTAMP_LTZ(3) NOT NULL,
  merchant_category    STRING,
  location             ROW<lat DOUBLE, lon DOUBLE, country STRING>,
  risk_score           DOUBLE,
  status               STRING NOT NULL,
  enhanced_fraud_score DECIMAL(7, 6) NOT NULL,
  -- Why: velocity, amount, country, risk_score, late. NULL where nothing speaks against it.
  reasons              STRING,
  recent_transactions  BIGINT,
  recent_average       DECIMAL(12, 2),
  is_new_country       BOOLEAN,
  WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND
) WITH ('emit' = 'first');

INSERT INTO transactions_processed
SELECT
  transaction_id, customer_id, amount, currency, payment_method, `timestamp`, merchant_category, location, risk_score,
  CASE WHEN score > 0.9 THEN 'blocked' WHEN score > 0.7 THEN 'review' ELSE 'approved' END,
  score,
  NULLIF(CONCAT_WS(', ',
    CASE WHEN risk > 0.7 THEN 'risk_score' END,
    CASE WHEN is_fast THEN 'velocity' END,
    CASE WHEN is_large THEN 'amount' END,
    CASE WHEN is_elsewhere THEN 'country' END), ''),
  recent_transactions,
  CASE WHEN comparable > 0 THEN CAST(comparable_amount / comparable AS DECIMAL(12, 2)) END,
  is_elsewhere
FROM scored;

INSERT INTO transactions_processed
SELECT
  transaction_id, customer_id, amount, currency, payment_method, `timestamp`, merchant_category, location, risk_score,
  'review',
  COALESCE(CAST(LEAST(GREATEST(risk_score, 0), 1) AS DECIMAL(7, 6)), 0.000000),
  'late',
  CAST(NULL AS BIGINT), CAST(NULL AS DECIMAL(12, 2)), CAST(NULL AS BOOLEAN)
FROM transactions_processed$late;

-- One alert a payment above 0.8, with all that led to it.
CREATE TABLE fraud_alerts (
  alert_type     STRING NOT NULL,
  severity       STRING NOT NULL,
  transaction_id STRING NOT NULL,
  customer_id    STRING NOT NULL,
  amount         DECIMAL(12, 2) NOT NULL,
  currency       STRING NOT NULL,
  fraud_score    DECIMAL(7, 6) NOT NULL,
  `timestamp`    TIMESTAMP_LTZ(3) NOT NULL,
  details        ROW<status STRING, reasons STRING, risk_score DOUBLE, recent_transactions BIGINT,
                     recent_average DECIMAL(12, 2), country STRING, payment_method STRING, merchant_category STRING>,
  WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND
);

INSERT INTO fraud_alerts
SELECT
  'fraud_detection', 'HIGH', transaction_id, customer_id, amount, currency, enhanced_fraud_score, `timestamp`,
  ROW(status, reasons, risk_score, recent_transactions, recent_average, location.country, payment_method, merchant_category)
FROM transactions_processed
WHERE enhanced_fraud_score > 0.8;

-- Payments and decisions by minute. Flagged is a score above 0.7, alerted one above 0.8; net is what was not blocked.
CREATE MATERIALIZED VIEW transactions_per_minute AS
SELECT
  window_start,
  window_end,
  currency,
  COUNT(*)                                                                AS `count`,
  SUM(amount)                                                             AS amount,
  COUNT(*) FILTER (WHERE enhanced_fraud_score > 0.7)                      AS flagged,
  COUNT(*) FILTER (WHERE enhanced_fraud_score > 0.8)                      AS alerted,
  COUNT(*) FILTER (WHERE status = 'approved')                             AS approved,
  COUNT(*) FILTER (WHERE status = 'review')                               AS review,
  COUNT(*) FILTER (WHERE status = 'blocked')                              AS blocked,
  COALESCE(SUM(amount) FILTER (WHERE status <> 'blocked'), 0)             AS net_amount
FROM TABLE(TUMBLE(TABLE transactions_processed, DESCRIPTOR(`timestamp`), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, currency;

-- The last alerts, newest first.
CREATE MATERIALIZED VIEW latest_fraud_alerts AS
SELECT place, transaction_id, customer_id, amount, currency, fraud_score, `timestamp`, details FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY `timestamp` DESC) AS place FROM fraud_alerts
) WHERE place <= 50;

-- Payments that were not approved, and what people said about them: a review takes the place of the decision.
CREATE MATERIALIZED VIEW review_queue WITH ('retention' = '7 d') AS
SELECT
  p.transaction_id, p.customer_id, p.amount, p.currency, p.`timestamp`, p.enhanced_fraud_score, p.reasons,
  p.status                       AS decided,
  COALESCE(r.decision, p.status) AS status,
  r.reviewer,
  r.note
FROM (
  SELECT * FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY transaction_id ORDER BY `timestamp` DESC) AS rn
    FROM transactions_processed WHERE status <> 'approved'
  ) WHERE rn = 1
) AS p
LEFT JOIN fraud_reviews AS r ON p.transaction_id = r.transaction_id;

-- How good the scores were, as far as it is known by now, by day of the payment: flagged is above 0.7. A false alarm is a payment
-- that was flagged and that nobody has called fraud yet. One that came too late to be compared goes to people, which flags nothing.
CREATE MATERIALIZED VIEW fraud_quality WITH ('retention' = '7 d') AS
SELECT
  `day`,
  SUM(payments)              AS transactions,
  SUM(flagged)               AS flagged,
  SUM(fraud)                 AS fraud,
  SUM(caught)                AS caught,
  SUM(fraud) - SUM(caught)   AS missed,
  SUM(flagged) - SUM(caught) AS false_alarms
FROM (
  SELECT CAST(`timestamp` AS DATE) AS `day`, 1 AS payments, CASE WHEN enhanced_fraud_score > 0.7 THEN 1 ELSE 0 END AS flagged, 0 AS fraud, 0 AS caught
  FROM transactions_processed
  UNION ALL
  SELECT CAST(p.`timestamp` AS DATE), 0, 0, 1, CASE WHEN p.enhanced_fraud_score > 0.7 THEN 1 ELSE 0 END
  FROM transactions_processed AS p
  JOIN fraud_labels AS l
    ON p.transaction_id = l.transaction_id
    AND l.`timestamp` BETWEEN p.`timestamp` AND p.`timestamp` + INTERVAL '24' HOUR
)
GROUP BY `day`;
