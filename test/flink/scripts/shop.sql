-- Every point in which our DDL is our own, and every kind of statement around it.
SET 'pipeline.name' = 'shop';
CREATE TABLE orders (
  id STRING NOT NULL, customer STRING, amount DECIMAL(10, 2) NOT NULL, status STRING COMMENT 'paid or open',
  store ROW<city STRING, country STRING>, ts TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('dedup-key' = 'id', 'dedup-span' = '24 h', 'idle-timeout' = '30 s');
CREATE TABLE customers (id STRING NOT NULL, name STRING, PRIMARY KEY (id) NOT ENFORCED);
CREATE TABLE clicks (page STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) with ( -- no lateness
  'idle-timeout' = '0 s');
CREATE TABLE scans (
  item STRING, place BIGINT METADATA FROM 'offset' VIRTUAL, scanned TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  topic STRING METADATA VIRTUAL, label AS topic || '/' || item, WATERMARK FOR scanned AS scanned
);
CREATE TABLE printed (country STRING, orders BIGINT) WITH ('connector' = 'print');
CREATE VIEW paid AS SELECT id, amount, store.country AS country, ts FROM orders WHERE status = 'paid';
SHOW TABLES;
CREATE MATERIALIZED VIEW by_minute WITH ('emit' = 'changes', 'max-rows' = '1000') AS
SELECT window_start, window_end, window_time, country,
       COUNT(*) AS orders, -- all of them
       SUM(amount) AS revenue
FROM TABLE(TUMBLE(TABLE paid, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, window_time, country;
CREATE MATERIALIZED VIEW scanned AS
SELECT window_start, window_end, label, COUNT(*) AS n, MAX(place) AS last_place
FROM TABLE(TUMBLE(TABLE scans, DESCRIPTOR(scanned), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, label;
CREATE MATERIALIZED VIEW by_hour AS
SELECT window_start, window_end, country, SUM(orders) AS orders, MAX(revenue) AS best_minute
FROM TABLE(TUMBLE((SELECT window_time, country, orders, revenue FROM by_minute),
           DESCRIPTOR(window_time), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, country;
CREATE MATERIALIZED VIEW `order` AS
SELECT window_start, window_end, id, amount, place AS `rank` FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY amount DESC) AS place
  FROM (SELECT id, amount, window_start, window_end
        FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)))
) WHERE place <= 3;
CREATE MATERIALIZED VIEW top_pages AS
SELECT page, n, rn FROM (
  SELECT page, n, ROW_NUMBER() OVER (ORDER BY n DESC) AS rn
  FROM (SELECT window_start, window_end, page, COUNT(*) AS n
        FROM TABLE(CUMULATE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '1' HOUR))
        GROUP BY window_start, window_end, page)
) WHERE rn <= 10;
EXECUTE STATEMENT SET BEGIN
INSERT INTO printed SELECT country, orders FROM by_hour;
INSERT INTO printed (orders) VALUES (1), (2);
END;
DROP VIEW IF EXISTS nothing;
SELECT id, SUM(amount) OVER (PARTITION BY customer ORDER BY ts RANGE INTERVAL '1' HOUR PRECEDING) AS spent FROM orders;
