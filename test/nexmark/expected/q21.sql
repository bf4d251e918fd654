SELECT auction, bidder, price, channel, coalesce(
  CAST(nullif(list_position(['Google', 'Facebook', 'Baidu'], channel), 0) AS VARCHAR),
  CASE channel WHEN 'Apple' THEN '0' END,
  nullif(split_part(url, '&channel_id=', 2), '')) AS channel_id
FROM bid
WHERE channel_id IS NOT NULL
