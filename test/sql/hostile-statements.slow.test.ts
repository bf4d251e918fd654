/** Two hundred thousand random and damaged statements over the whole grammar. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Statement } from "../../src/sql/parse/ast.ts";
import { parseScript } from "../../src/sql/parse/parse-statement.ts";
import { printStatement } from "../../src/sql/parse/print.ts";
import { comesBack, withstand } from "./hostile-statements.ts";
import { damaged, random } from "./mutations.ts";
import { statement } from "./random-syntax.ts";

const randomCount = 20_000;
const damagedCount = 180_000;

test("no random or damaged statement crashes, hangs or is refused without a place", () => {
  const texts: string[] = [];
  const { seed } = fc.check(
    fc.property(statement, (tree) => {
      texts.push(printStatement(tree as Statement));
    }),
    { numRuns: randomCount },
  );
  for (const [index, text] of texts.entries()) {
    const name = `random ${index} of ${seed}`;
    const { errors } = parseScript(text);
    expect(
      errors.map(({ message }) => message),
      `${name}: ${text}`,
    ).toEqual([]);
    withstand(text, name);
  }
  let refused = 0;
  for (let count = 0; count < damagedCount; count++) {
    const text = damaged(texts[count % texts.length]!, random(seed + count * 7919));
    const name = `damaged ${count} of ${seed}`;
    if (withstand(text, name) > 0) refused++;
    comesBack(text, name);
  }
  expect(texts).toHaveLength(randomCount);
  expect(refused).toBeGreaterThan(damagedCount / 2);
});
