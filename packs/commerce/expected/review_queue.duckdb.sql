-- Payments that were not approved, with the latest word of a person about each, where there is one.
-- features: C9, C10
WITH last_reviews AS (
  SELECT * FROM fraud_reviews QUALIFY row_number() OVER (PARTITION BY transaction_id ORDER BY _row DESC) = 1
)
SELECT
  d.transaction_id, d.customer_id, d.amount, d.currency, d."timestamp",
  d.score                                                            AS enhanced_fraud_score,
  CASE WHEN is_late THEN 'late' ELSE nullif(concat_ws(', ',
    CASE WHEN risk > 0.7 THEN 'risk_score' END, CASE WHEN is_fast THEN 'velocity' END,
    CASE WHEN is_large THEN 'amount' END, CASE WHEN is_elsewhere THEN 'country' END), '') END AS reasons,
  d.decision                                                         AS decided,
  coalesce(r.decision, d.decision)                                   AS status,
  r.reviewer,
  r.note
FROM decided AS d LEFT JOIN last_reviews AS r ON r.transaction_id = d.transaction_id
WHERE d.decision <> 'approved'
