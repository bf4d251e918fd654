SELECT auction, bidder, price, "dateTime", side_input."value"
FROM bid JOIN side_input ON auction % 10000 = side_input."key"
