/** As money.test.ts, over ten million amounts. */
import { expect, test } from "vitest";
import { moneyOf } from "./money.ts";

test("10 million random amounts equal the sums of whole numbers", { timeout: 600_000 }, () => {
  const { engine, exact } = moneyOf(10_000_000, 33);
  expect(engine).toEqual(exact);
});
