SELECT auction, bidder, price, channel, url, bid."dateTime", bid.extra,
  itemName, description, initialBid, reserve, auction."dateTime", expires, seller, category, auction.extra
FROM bid JOIN auction ON auction = id
WHERE category = 10
