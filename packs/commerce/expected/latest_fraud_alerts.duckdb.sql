-- The last fifty payments above 0.8, newest first, those of one time as they came; beside each what led to it.
-- features: C11
SELECT
  row_number() OVER (ORDER BY "timestamp" DESC, _row)                AS place,
  transaction_id, customer_id, amount, currency,
  score                                                              AS fraud_score,
  "timestamp",
  {
    'status': decision,
    'reasons': CASE WHEN is_late THEN 'late' ELSE nullif(concat_ws(', ',
      CASE WHEN risk > 0.7 THEN 'risk_score' END, CASE WHEN is_fast THEN 'velocity' END,
      CASE WHEN is_large THEN 'amount' END, CASE WHEN is_elsewhere THEN 'country' END), '') END,
    'risk_score': risk_score,
    'recent_transactions': payments,
    'recent_average': (((CAST(paid * 100 AS HUGEINT) * 2 + comparable) // (2 * comparable))::DECIMAL(18, 0)
      * 0.01)::DECIMAL(12, 2),
    'country': location.country,
    'payment_method': payment_method,
    'merchant_category': merchant_category
  }                                                                  AS details
FROM decided
WHERE score > 0.8
QUALIFY place <= 50
