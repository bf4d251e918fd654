SELECT DISTINCT person.id, name, make_timestamp(epoch_ms(person."dateTime") // 10000 * 10000000)
FROM person JOIN auction ON seller = person.id
WHERE epoch_ms(person."dateTime") // 10000 = epoch_ms(auction."dateTime") // 10000
