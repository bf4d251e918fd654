-- Each level of a product in a warehouse beside the level before it, in the order of their times, so some seconds behind: what went
-- out in the day before, and whether it crossed its reorder point. A level that rises was a delivery, which is no sale.
CREATE VIEW levels AS
SELECT
  *,
  COUNT(*) OVER w > 1                                                        AS is_known,
  CASE WHEN COUNT(*) OVER w > 1 THEN FIRST_VALUE(current_stock) OVER w END   AS stock_before,
  CASE WHEN COUNT(*) OVER w > 1 THEN FIRST_VALUE(low_stock_alert) OVER w END AS was_low
FROM inventory_events
WINDOW w AS (
  PARTITION BY product_id, warehouse_location ORDER BY `timestamp` ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
);

CREATE TABLE inventory_processed (
  product_id         STRING NOT NULL,
  sku                STRING,
  warehouse_location STRING NOT NULL,
  current_stock      INT NOT NULL,
  reserved_stock     INT NOT NULL,
  available          INT NOT NULL,
  reorder_point      INT NOT NULL,
  supplier_id        STRING,
  low_stock_alert    BOOLEAN NOT NULL,
  was_low            BOOLEAN,
  stock_before       INT,
  sold_24h           BIGINT,
  seen_hours         DECIMAL(9, 2),
  `timestamp`        TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND
);

INSERT INTO inventory_processed
SELECT
  product_id, sku, warehouse_location, current_stock, reserved_stock, current_stock - reserved_stock, reorder_point,
  supplier_id, low_stock_alert, was_low, stock_before,
  COALESCE(SUM(CASE WHEN stock_before > current_stock THEN stock_before - current_stock ELSE 0 END) OVER w, 0),
  -- The first level of the day has one before it: the product is known for longer than that.
  CASE WHEN FIRST_VALUE(is_known) OVER w THEN 24.00
    ELSE COALESCE(
      CAST(TIMESTAMPDIFF(SECOND, FIRST_VALUE(`timestamp`) OVER w, `timestamp`) / 3600.0 AS DECIMAL(9, 2)), 0.00)
  END,
  `timestamp`
FROM levels
WINDOW w AS (
  PARTITION BY product_id, warehouse_location ORDER BY `timestamp` RANGE BETWEEN INTERVAL '24' HOUR PRECEDING AND CURRENT ROW
);

-- A level that came too late to be compared may still be the latest one; it crosses nothing.
INSERT INTO inventory_processed
SELECT
  product_id, sku, warehouse_location, current_stock, reserved_stock, current_stock - reserved_stock, reorder_point,
  supplier_id, current_stock <= reorder_point, current_stock <= reorder_point, CAST(NULL AS INT),
  CAST(NULL AS BIGINT), CAST(NULL AS DECIMAL(9, 2)), `timestamp`
FROM inventory_processed$late;

-- Where a level crosses its reorder point: one row when it falls to it, one when it is above it again.
CREATE TABLE inventory_alerts (
  alert_type    STRING NOT NULL,
  severity      STRING NOT NULL,
  state         STRING NOT NULL,
  product_id    STRING NOT NULL,
  warehouse     STRING NOT NULL,
  current_stock INT NOT NULL,
  reorder_point INT NOT NULL,
  `timestamp`   TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND
);

INSERT INTO inventory_alerts
SELECT
  'low_inventory', 'MEDIUM', CASE WHEN low_stock_alert THEN 'open' ELSE 'resolved' END,
  product_id, warehouse_location, current_stock, reorder_point, `timestamp`
FROM inventory_processed
WHERE low_stock_alert <> COALESCE(was_low, FALSE);

-- The latest level of each product in each warehouse. Cover is how long what is available lasts at the rate of the last
-- day (of at least an hour); NULL where nothing was sold.
CREATE MATERIALIZED VIEW current_inventory WITH ('retention' = '30 d') AS
SELECT
  product_id, warehouse_location, sku, current_stock, reserved_stock, available, reorder_point, supplier_id, low_stock_alert,
  sold_24h,
  CAST(GREATEST(available, 0) * GREATEST(seen_hours, 1.00) / NULLIF(sold_24h, 0) AS DECIMAL(12, 1))        AS hours_of_cover,
  CAST(GREATEST(available, 0) * GREATEST(seen_hours, 1.00) / NULLIF(sold_24h, 0) / 24 AS DECIMAL(12, 2))   AS days_of_cover,
  `timestamp`
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY product_id, warehouse_location ORDER BY `timestamp` DESC) AS rn
  FROM inventory_processed
) WHERE rn = 1;

-- The ten products with the least left, each by its own reorder point.
CREATE MATERIALIZED VIEW low_stock_products WITH ('retention' = '30 d') AS
SELECT place, product_id, warehouse_location, available, current_stock, reorder_point, hours_of_cover FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY available) AS place FROM current_inventory WHERE low_stock_alert
) WHERE place <= 10;
