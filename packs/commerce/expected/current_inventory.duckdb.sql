-- The latest level of each product in each warehouse, and how long what is available lasts as it sold the day before.
-- features: C3, C16, C18
SELECT
  product_id,
  warehouse_location,
  sku,
  current_stock,
  reserved_stock,
  available,
  reorder_point,
  supplier_id,
  current_stock <= reorder_point                                                          AS low_stock_alert,
  sold                                                                                    AS sold_24h,
  -- Half up, in whole tenths and hundredths; NULL where nothing went out.
  CASE WHEN sold > 0 THEN ((piece_hours * 2 + 10 * sold) // (20 * sold)) * 0.1 END        AS hours_of_cover,
  CASE WHEN sold > 0 THEN ((piece_hours * 2 + 24 * sold) // (48 * sold)) * 0.01 END       AS days_of_cover,
  "timestamp"
FROM covered_levels
