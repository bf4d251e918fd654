-- features: R10
-- Of each day and topic how many rows came, how many of them could be taken, and what these lack. Of the tills' levels only the dead
-- are counted. A sale is late when the stream had come to the end of its minute before it.
WITH taken AS (
  SELECT
    arrived_at::DATE                                                        AS day,
    'retail-transactions'                                                   AS topic,
    count(*)                                                                AS valid,
    count(*) FILTER (customer_id IS NULL)                                   AS without_customer,
    count(*) FILTER (amount_paid IS NULL)                                   AS without_amount,
    count(*) FILTER (
      date_trunc('minute', happened) + INTERVAL 1 MINUTE - INTERVAL 1 MILLISECOND <= watermark
    )                                                                       AS late
  FROM reached
  GROUP BY ALL
  UNION ALL
  SELECT arrived_at::DATE AS day, 'customer-events', count(*), 0, 0, 0 FROM "customer-events" GROUP BY day
),
died AS (
  SELECT received_at::DATE AS day, 'retail-transactions' AS topic, count(*) AS dead
  FROM "retail-transactions$dead"
  GROUP BY day
  UNION ALL
  SELECT received_at::DATE AS day, 'customer-events', count(*) FROM "customer-events$dead" GROUP BY day
  UNION ALL
  SELECT received_at::DATE AS day, 'inventory-updates', count(*) FROM "inventory-updates$dead" GROUP BY day
)
-- A share has three places, half up.
SELECT
  day,
  topic,
  valid + coalesce(dead, 0)                                                 AS total,
  valid,
  coalesce(dead, 0)                                                         AS dead,
  ((valid * 200000 + valid + coalesce(dead, 0)) // (2 * (valid + coalesce(dead, 0))))::DECIMAL(38, 0) / 1000
                                                                            AS data_quality,
  coalesce(without_customer, 0)                                             AS without_customer,
  coalesce(without_amount, 0)                                               AS without_amount,
  coalesce(late, 0)                                                         AS late
FROM taken
FULL JOIN died USING (day, topic)
