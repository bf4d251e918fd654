-- The ten levels with the least left of those at or below their own reorder point, equals in the order of their times.
-- features: C17
SELECT
  row_number() OVER (ORDER BY available, "timestamp", _row)                               AS place,
  product_id,
  warehouse_location,
  available,
  current_stock,
  reorder_point,
  CASE WHEN sold > 0 THEN ((piece_hours * 2 + 10 * sold) // (20 * sold)) * 0.1 END        AS hours_of_cover
FROM covered_levels
WHERE current_stock <= reorder_point
QUALIFY place <= 10
