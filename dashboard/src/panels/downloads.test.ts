import { expect, test } from "vitest";
import { csvOf, jsonOf } from "./downloads.ts";

const twin = {
  headings: ["Name", "Amount, EUR"],
  rows: [
    ["plain", "12345678901234567.89"],
    ['say "so"\nand', "-5.00"],
    ["=HYPERLINK(1)", "@x"],
    ["-5 apples", ""],
  ],
};

test("X6: CSV keeps every digit, and no text is a formula", () => {
  expect(csvOf(twin)).toBe(
    [
      'Name,"Amount, EUR"',
      "plain,12345678901234567.89",
      '"say ""so""\nand",-5.00',
      "'=HYPERLINK(1),'@x",
      "'-5 apples,",
      "",
    ].join("\r\n"),
  );
});

test("X6: JSON has the same by heading, as texts", () => {
  expect(JSON.parse(jsonOf(twin))).toEqual(
    twin.rows.map(([name, amount]) => ({ Name: name, "Amount, EUR": amount })),
  );
});
