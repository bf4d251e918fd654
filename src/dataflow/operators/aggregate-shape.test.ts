import { expect, test } from "vitest";
import type { RowSchema } from "../../values/row-schema.ts";
import { shapeAggregates } from "./aggregate-shape.ts";

const schema: RowSchema = {
  columns: [
    { name: "a", type: { kind: "BIGINT", nullable: false } },
    { name: "b", type: { kind: "BIGINT", nullable: false } },
    { name: "f", type: { kind: "BOOLEAN", nullable: false } },
  ],
};
const bigint = { kind: "BIGINT", nullable: true } as const;

function call(name: "COUNT" | "SUM" | "AVG" | "MAX", argument: number, filter?: number, distinct = true) {
  return { function: name, argument, filter, distinct, type: bigint, parameters: [] };
}

function shapeOf(...calls: readonly ReturnType<typeof call>[]) {
  const { bags, gates, calls: shaped } = shapeAggregates(calls, schema, false);
  const bagsOf = bags.map(({ argument, counters }) => [argument, counters]);
  return { bags: bagsOf, gates: gates.length, gateOf: shaped.map(({ gate }) => gate) };
}

test("all DISTINCT calls over one argument keep one set of values", () => {
  expect(shapeOf(call("COUNT", 0), call("SUM", 0), call("AVG", 0))).toEqual({
    bags: [[0, 1]],
    gates: 1,
    gateOf: [0, 0, 0],
  });
});

test("each condition counts in the same set; another argument has its own", () => {
  expect(shapeOf(call("COUNT", 0), call("COUNT", 0, 2), call("SUM", 0, 2), call("COUNT", 1))).toEqual({
    bags: [
      [0, 2],
      [1, 1],
    ],
    gates: 3,
    gateOf: [0, 1, 1, 2],
  });
});

test("what is not DISTINCT keeps no set", () => {
  expect(shapeOf(call("SUM", 0, undefined, false), call("COUNT", 0))).toMatchObject({
    bags: [[0, 1]],
    gateOf: [undefined, 0],
  });
});
