-- Each payment with its decision, its score, the reasons and what it was compared with.
-- features: C6, C9, C10
SELECT
  transaction_id, customer_id, amount, currency, payment_method, "timestamp", merchant_category, location, risk_score,
  decision                                                           AS status,
  score                                                              AS enhanced_fraud_score,
  CASE WHEN is_late THEN 'late' ELSE nullif(concat_ws(', ',
    CASE WHEN risk > 0.7 THEN 'risk_score' END, CASE WHEN is_fast THEN 'velocity' END,
    CASE WHEN is_large THEN 'amount' END, CASE WHEN is_elsewhere THEN 'country' END), '') END AS reasons,
  payments                                                           AS recent_transactions,
  -- Half up, in whole cents.
  ((CAST(paid * 100 AS HUGEINT) * 2 + comparable) // (2 * comparable))::DECIMAL(18, 0) * 0.01 AS recent_average,
  CASE WHEN NOT is_late THEN is_elsewhere END                        AS is_new_country
FROM decided
