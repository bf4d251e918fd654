-- features: R3
-- The level of each product in each warehouse: what was told last.
SELECT
  product_id,
  warehouse,
  arg_max(quantity, _row) AS quantity
FROM "inventory-updates"
GROUP BY product_id, warehouse
