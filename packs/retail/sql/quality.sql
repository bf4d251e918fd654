-- How much of what tills send can be used, by topic and day of arrival: valid for each hundred that came. The parts beside it are
-- valid rows too: without a customer, without an amount, too late for their minute.
CREATE MATERIALIZED VIEW data_quality WITH ('retention' = '31 d') AS
SELECT
  `day`,
  topic,
  SUM(valid) + SUM(dead)                                                    AS total,
  SUM(valid)                                                                AS valid,
  SUM(dead)                                                                 AS dead,
  CAST(100.0 * SUM(valid) / NULLIF(SUM(valid) + SUM(dead), 0) AS DECIMAL(6, 3)) AS data_quality,
  SUM(without_customer)                                                     AS without_customer,
  SUM(without_amount)                                                       AS without_amount,
  SUM(late)                                                                 AS late
FROM (
  SELECT
    CAST(arrived_at AS DATE) AS `day`, 'retail-transactions' AS topic, 1 AS valid, 0 AS dead,
    CASE WHEN customer_id IS NULL THEN 1 ELSE 0 END AS without_customer, CASE WHEN paid IS NULL THEN 1 ELSE 0 END AS without_amount, 0 AS late
  FROM `retail-transactions`
  UNION ALL
  SELECT CAST(arrived_at AS DATE), 'customer-events', 1, 0, 0, 0, 0 FROM `customer-events`
  UNION ALL
  SELECT CAST(received_at AS DATE), 'retail-transactions', 0, 1, 0, 0, 0 FROM `retail-transactions$dead`
  UNION ALL
  SELECT CAST(received_at AS DATE), 'customer-events', 0, 1, 0, 0, 0 FROM `customer-events$dead`
  UNION ALL
  -- Levels replace each other, so those that could be taken are not counted.
  SELECT CAST(received_at AS DATE), 'inventory-updates', CAST(NULL AS INT), 1, 0, 0, 0 FROM `inventory-updates$dead`
  UNION ALL
  SELECT CAST(late_at AS DATE), 'retail-transactions', 0, 0, 0, 0, 1 FROM transactions_summary$late
)
GROUP BY `day`, topic;
