SELECT auction.* EXCLUDE (arrival), auction, bidder, price, bid."dateTime", bid.extra
FROM auction JOIN bid ON id = auction
WHERE bid."dateTime" >= auction."dateTime" AND bid."dateTime" <= expires
QUALIFY row_number() OVER (
  PARTITION BY id ORDER BY price DESC, bid."dateTime", greatest(bid.arrival, auction.arrival)) = 1
