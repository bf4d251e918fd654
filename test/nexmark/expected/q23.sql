SELECT bidder, price, channel, url, bid.extra, person.id, name, emailAddress, creditCard, city, state,
  person.extra, itemName, description, initialBid, reserve, auction."dateTime", expires, seller, category,
  auction.extra
FROM bid JOIN person ON person.id = bidder JOIN auction ON seller = bidder
