/** What every text must stand: it is taken or refused at places of the text, soon, whatever it says. */
import { expect } from "vitest";
import { Catalog } from "../../src/catalog/catalog.ts";
import { formatError } from "../../src/errors/source-text.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import { parseScript } from "../../src/sql/parse/parse-statement.ts";
import { printStatement } from "../../src/sql/parse/print.ts";

/** Wide enough for a machine that is busy: what hangs takes much longer. */
export const statementMsMax = 2000;

const setup = `CREATE TABLE t (id STRING NOT NULL, n INT, d DECIMAL(10, 2), r ROW<a INT, b ROW<c DOUBLE>>,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND);
  CREATE TABLE s (id STRING, n INT) WITH ('connector' = 'print');`;

const base = new Catalog();
analyzeScript(setup, base);

/** The answer is how many mistakes were told. `name` says which text it was, where something is wrong. */
export function withstand(text: string, name: string): number {
  const catalog = new Catalog();
  for (const table of base.tables()) catalog.addTable(table);
  const start = performance.now();
  const { errors } = analyzeScript(text, catalog);
  const elapsedMs = performance.now() - start;
  if (elapsedMs > statementMsMax) expect.fail(`${name}: took ${elapsedMs} ms: ${text}`);
  for (const error of errors) {
    const { position } = error;
    const isPlaced = position !== undefined && position.offset >= 0 && position.offset <= text.length;
    if (!isPlaced) expect.fail(`${name}: ${error.code} has no place in ${text}`);
    formatError(error, text);
  }
  const places = parseScript(text).errors.map(({ position }) => position!.offset);
  if (new Set(places).size < places.length) expect.fail(`${name}: one place is refused twice in ${text}`);
  return errors.length;
}

/** What could be read is printed, and what is printed can be read and printed the same. */
export function comesBack(text: string, name: string): void {
  for (const statement of parseScript(text).statements) {
    const printed = printStatement(statement);
    const again = parseScript(printed);
    if (again.errors.length > 0) expect.fail(`${name}: cannot be read back: ${printed}`);
    const twice = again.statements.map((each) => printStatement(each)).join(";");
    if (twice !== printed) expect.fail(`${name}: comes back as ${twice} instead of ${printed}`);
  }
}
