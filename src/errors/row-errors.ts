/**
 * What can be wrong with one row of a request or a file. The rest of its batch is kept; the row is a dead
 * letter.
 */
export const rowErrors = {
  "row.not-json": {
    status: 400,
    template: "Not JSON at byte {offset}: {problem}.",
    hint: "Send one JSON object a row.",
  },
  "row.not-an-object": {
    status: 400,
    template: "A row must be a JSON object, this is {found}.",
    hint: 'Send {"field": value, …}; several rows as an array of objects or one object a line.',
  },
  "row.too-deep": {
    status: 400,
    template: "Nested deeper than {limit} levels at byte {offset}.",
    hint: "Flatten the value, or send it as a string.",
  },
  "row.too-large": {
    status: 400,
    template: "The row has more bytes than the limit of {limit}.",
    hint: "Raise log.row-bytes-max, or send a reference instead of the content.",
  },
  "row.invalid-utf8": {
    status: 400,
    template: "Not valid UTF-8 at byte {offset}.",
    hint: "Encode the body as UTF-8.",
  },
  "row.duplicate-field": {
    status: 400,
    template: "The field {field} is there twice.",
    hint: "Send each field once: which of the two is meant would be a guess.",
  },
  "row.missing-field": {
    status: 400,
    template: "The field {field} is missing; it is NOT NULL.",
    hint: "Send the field, or declare the column without NOT NULL.",
  },
  "row.null-field": {
    status: 400,
    template: "The field {field} is null; it is NOT NULL.",
    hint: "Send a value, or declare the column without NOT NULL.",
  },
  "row.wrong-type": {
    status: 400,
    template: "The field {field} must be {expected}, this is {found}.",
    hint: "Send the type that the table declares; strings are not turned into numbers.",
  },
  "row.number-out-of-range": {
    status: 400,
    template: "The field {field} holds {found}, which does not fit {expected}.",
    hint: "Declare a wider type, or send the number as a STRING column.",
  },
  "row.decimal-digits": {
    status: 400,
    template: "The field {field} holds {found}, which has more digits than {expected} keeps.",
    hint: "Round before sending: rounding money is not left to the database.",
  },
  "row.bad-time": {
    status: 400,
    template: "The field {field} holds {found}, which is not {expected}.",
    hint: "Send ISO-8601, such as 2026-03-01T12:30:00.000Z, of a date that exists; a number is none.",
  },
  "row.negative": {
    status: 400,
    template: "The field {field} holds {found}, which is below 0.",
    hint: "Its table names it in 'not-negative'; what takes away has an event or a field of its own.",
  },
  "row.too-long": {
    status: 400,
    template: "The field {field} holds {found}, which is longer than {expected} keeps.",
    hint: "Declare STRING, or shorten the value.",
  },
  "row.event-time-missing": {
    status: 400,
    template: "The event time {field} is missing.",
    hint: "A row without its time belongs to no window; send the field.",
  },
  "row.event-time-ahead": {
    status: 400,
    template: "The event time {field} is more than {limit} ahead of this server's clock.",
    hint: "Set the sender's clock, or raise log.event-ahead-ms-max: one wrong clock makes others' rows late.",
  },
  "row.event-time-unit": {
    status: 400,
    template:
      "The event time {field} is {found}, which seems to be counted in seconds where milliseconds are meant.",
    hint: "Multiply it by 1000: such times are of January 1970, and in seconds of these years.",
  },
  "row.event-time-old": {
    status: 400,
    template: "The event time {field} is more than {limit} behind this server's clock.",
    hint: "Raise log.event-age-ms-max, or leave it out: then no event is too old.",
  },
} as const;
