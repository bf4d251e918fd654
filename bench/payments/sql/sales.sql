-- Orders and revenue by minute. Amounts of different currencies are never added to each other.
CREATE MATERIALIZED VIEW sales_per_minute AS
SELECT
  window_start,
  window_end,
  currency,
  COUNT(*)    AS orders,
  SUM(amount) AS revenue,
  AVG(amount) AS average_order,
  MIN(amount) AS smallest,
  MAX(amount) AS largest
FROM TABLE(TUMBLE(TABLE transaction_events, DESCRIPTOR(`timestamp`), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, currency;
