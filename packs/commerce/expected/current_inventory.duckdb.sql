-- The latest level of each product in each warehouse, and how long what is available lasts as it sold the day before.
-- features: C3, C16, C18
WITH arrived AS (
  SELECT
    *,
    max("timestamp") OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)  AS newest,
    -- A stream that was quiet for 5 seconds went on by the clock, which ticks four times a second, 5 seconds behind it.
    time_bucket(INTERVAL 250 MILLISECOND, _at)                                            AS tick,
    lag(_at) OVER (ORDER BY _row)                                                         AS came_before
  FROM inventory_events
),
clocked AS (
  SELECT *, max(CASE WHEN tick - came_before >= INTERVAL 5 SECOND THEN tick END)
    OVER (ORDER BY _row) - INTERVAL 5 SECOND                                              AS clock
  FROM arrived
),
levels AS (
  SELECT *, coalesce("timestamp" <= greatest(newest, clock) - INTERVAL 5 SECOND, false)   AS is_late FROM clocked
),
-- One that comes too late is compared with nothing, and nothing with it.
compared AS (
  SELECT
    _row,
    greatest(lag(current_stock) OVER each_one - current_stock, 0)                         AS sold
  FROM levels
  WHERE NOT is_late
  WINDOW each_one AS (PARTITION BY product_id, warehouse_location ORDER BY "timestamp", _row)
),
latest AS (
  SELECT * FROM levels
  QUALIFY row_number() OVER (
    PARTITION BY product_id, warehouse_location ORDER BY "timestamp" DESC, is_late DESC, _row DESC) = 1
),
-- What went out in the 24 hours before each, and for how long it is known, a day at most.
of_the_day AS (
  SELECT
    n._row,
    coalesce(sum(c.sold) FILTER (b."timestamp" >= n."timestamp" - INTERVAL 24 HOUR), 0)     AS sold,
    least((epoch_ms(n."timestamp") - min(epoch_ms(b."timestamp"))) // 1000, 86400)        AS seconds
  FROM latest AS n
  JOIN levels AS b ON b.product_id = n.product_id AND b.warehouse_location = n.warehouse_location AND NOT b.is_late
    AND b."timestamp" <= n."timestamp"
  JOIN compared AS c ON c._row = b._row
  WHERE NOT n.is_late
  GROUP BY n._row, n."timestamp"
),
covered AS (
  SELECT
    n.*,
    d.sold,
    n.current_stock - n.reserved_stock                                                    AS available,
    -- Hundredths of hours, half up; an hour at least.
    greatest(n.current_stock - n.reserved_stock, 0)::HUGEINT * greatest((d.seconds + 18) // 36, 100) AS piece_hours
  FROM latest AS n LEFT JOIN of_the_day AS d ON d._row = n._row
)
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
FROM covered
