SELECT bid.* EXCLUDE (arrival) FROM bid
QUALIFY row_number() OVER (PARTITION BY bidder, auction ORDER BY "dateTime" DESC, arrival DESC) = 1
