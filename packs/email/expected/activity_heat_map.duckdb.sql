-- features: E12
-- When users are active, by weekday (1 is Sunday) and hour of the project's time zone: of seven days, each hour anew.
WITH moved AS (
  SELECT *, date_trunc('hour', happened) + to_hours(unnest(range(1, 7 * 24 + 1))) AS ends FROM told WHERE is_activity
),
in_time AS (
  SELECT *
  FROM moved
  JOIN watermarks USING (_order)
  WHERE (watermark IS NULL OR ends - INTERVAL 1 MILLISECOND > watermark)
    -- The clock runs on for 1,470 minutes behind the last event (twin.yaml): these windows are over then.
    AND ends <= (SELECT max(_at) + INTERVAL 1470 MINUTE - INTERVAL 15 SECOND FROM all_events)
)
SELECT
  ends - INTERVAL 168 HOUR  AS window_start,
  ends                      AS window_end,
  dayofweek(happened) + 1   AS weekday,
  hour(happened)            AS hour_of_day,
  count(*)                  AS events,
  count(DISTINCT user_id)   AS active_users
FROM in_time
GROUP BY ALL
