/** What a query answers, its cells as JSON has them. */
import type { Engine } from "../../src/engine.ts";
import { cellsOf } from "../../src/views/view.ts";

export async function queriedRows<Row>(engine: Engine, sql: string): Promise<Row[]> {
  const { rows } = await engine.query({ sql, timeZone: "UTC" });
  return rows.map((text) => cellsOf({ text }).map((cell) => JSON.parse(cell))) as Row[];
}
