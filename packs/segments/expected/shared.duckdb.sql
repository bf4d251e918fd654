-- What the twins begin with: events that were in time, with the segment that their user had at that moment.

CREATE TABLE moments AS
SELECT
  *,
  make_timestamptz("timestamp" * 1000)         AS happened,
  lag(_at) OVER (ORDER BY _row)              AS last_at,
  time_bucket(INTERVAL 250 MILLISECOND, _at) AS tick
FROM raw_events;

CREATE TABLE reached AS
SELECT
  *,
  greatest(
    max(happened) OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    max(tick - INTERVAL 5 SECOND) FILTER (tick - last_at >= INTERVAL 5 SECOND) OVER (ORDER BY _row)
  ) - INTERVAL 5 SECOND AS watermark
FROM moments;

CREATE TABLE in_time AS
SELECT * FROM reached WHERE watermark IS NULL OR happened > watermark;

-- What came last is valid where two are from the same moment on.
CREATE TABLE profiles AS
SELECT user_id, valid_from, arg_max(row(segment), _row)[1] AS segment
FROM (SELECT *, make_timestamptz(coalesce(updated_at, registration_date) * 1000) AS valid_from FROM user_profiles)
GROUP BY user_id, valid_from;

CREATE TABLE enriched AS
SELECT
  e.user_id,
  e.event_type,
  e.properties,
  e.happened,
  coalesce(p.segment, 'unknown')                                            AS segment,
  -- One in whole cents.
  CASE
    WHEN regexp_full_match(properties['amount'], '\d+(\.\d{1,2}0*)?')
    THEN TRY_CAST(properties['amount'] AS DECIMAL(12, 2))
  END                                                                       AS amount,
  coalesce(properties['currency'], 'USD')                                   AS currency,
  -- Only one currency is added up.
  CASE WHEN currency = 'USD' THEN amount END                                AS revenue
FROM in_time AS e
ASOF LEFT JOIN profiles AS p ON e.user_id = p.user_id AND e.happened >= p.valid_from;
