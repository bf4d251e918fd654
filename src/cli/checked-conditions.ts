/**
 * Has DuckDB bind what events of a project are told by, over streams without rows: history itself is not
 * asked.
 */
import { formatError } from "../errors/source-text.ts";
import { rowsOfOne, type Told } from "../history/analyses/analysed-event.ts";
import { EmptyHistory } from "../history/empty-history.ts";
import { StreamColumns } from "../history/stream-columns.ts";
import { utc } from "../sql/bind/local-time.ts";
import type { CheckedProject } from "./checked-project.ts";

const range = { to: "TIMESTAMPTZ '2000-01-01'" };

/** Each mistake as a person reads it. */
export async function mistakesOfConditions(checked: CheckedProject): Promise<readonly string[]> {
  const { project, catalog, analyses } = checked;
  if (analyses.events.size === 0) return [];
  const { timeZone = utc } = project.settings;
  const names = new Set([...analyses.events.values()].flatMap(({ streams }) => streams));
  const schemaOf = (name: string) => new StreamColumns(catalog.table(name)!, timeZone).schema;
  const history = await EmptyHistory.open(new Map([...names].map((name) => [name, schemaOf(name)])));
  try {
    const mistakes: string[] = [];
    for (const { name, written } of project.events) {
      const event = analyses.events.get(name);
      if (event === undefined) continue;
      const ofWhere = await history.refusalOf(rowsOfOne(event, range));
      if (ofWhere !== undefined) {
        const refusal = written.member("where").refuse(`a condition of DuckDB (${ofWhere})`);
        mistakes.push(formatError(refusal, ""));
      }
      for (const [property, sql] of event.properties) {
        const told: Told = { name: "told_", sql: `(${sql}\n)` };
        const reason = await history.refusalOf(rowsOfOne({ ...event, where: undefined }, range, [told]));
        if (reason === undefined) continue;
        const at = written.member("properties").member(property);
        mistakes.push(formatError(at.refuse(`an expression of DuckDB (${reason})`), ""));
      }
    }
    return mistakes;
  } finally {
    history.close();
  }
}
