-- How good the scores of each day were, as is known now: flagged is above 0.7, caught is a fraud that was, a false alarm
-- a payment that was and that nobody has called fraud. A label counts for 24 hours after its payment.
-- features: C5, C9, C12
WITH known AS (
  SELECT d."timestamp"::DATE AS "day", d.score > 0.7 AS is_flagged,
    d.transaction_id IN (
      SELECT l.transaction_id FROM fraud_labels AS l
      WHERE l."timestamp" BETWEEN d."timestamp" AND d."timestamp" + INTERVAL 24 HOUR) AS is_fraud
  FROM decided AS d
)
SELECT
  "day",
  count(*)::INTEGER                                                  AS transactions,
  (count(*) FILTER (is_flagged))::INTEGER                            AS flagged,
  (count(*) FILTER (is_fraud))::INTEGER                              AS fraud,
  (count(*) FILTER (is_fraud AND is_flagged))::INTEGER               AS caught,
  (count(*) FILTER (is_fraud AND NOT is_flagged))::INTEGER           AS missed,
  (count(*) FILTER (is_flagged AND NOT is_fraud))::INTEGER           AS false_alarms
FROM known
GROUP BY "day"
