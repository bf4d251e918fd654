-- How good the decisions of each day were, as is known now: caught is a fraud that was not approved, a false alarm
-- a payment that was not approved and that nobody has called fraud. A label counts for 24 hours after its payment.
-- features: C9, C10
WITH known AS (
  SELECT d."timestamp"::DATE AS "day", d.decision <> 'approved' AS is_stopped,
    d.transaction_id IN (
      SELECT l.transaction_id FROM fraud_labels AS l
      WHERE l."timestamp" BETWEEN d."timestamp" AND d."timestamp" + INTERVAL 24 HOUR) AS is_fraud
  FROM decided AS d
)
SELECT
  "day",
  count(*)::INTEGER                                                  AS transactions,
  (count(*) FILTER (is_stopped))::INTEGER                            AS flagged,
  (count(*) FILTER (is_fraud))::INTEGER                              AS fraud,
  (count(*) FILTER (is_fraud AND is_stopped))::INTEGER               AS caught,
  (count(*) FILTER (is_fraud AND NOT is_stopped))::INTEGER           AS missed,
  (count(*) FILTER (is_stopped AND NOT is_fraud))::INTEGER           AS false_alarms
FROM known
GROUP BY "day"
