/** Has DuckDB bind what events of a project are told by: history itself is not asked. */
import { formatError } from "../errors/source-text.ts";
import { rowsOfOne, type Told } from "../history/analyses/analysed-event.ts";
import type { QueryCheck } from "../history/query-check.ts";
import type { CheckedProject } from "./checked-project.ts";

const range = { to: "TIMESTAMPTZ '2000-01-01'" };

/** Each mistake as a person reads it. */
export async function mistakesOfConditions(
  { project, analyses }: CheckedProject,
  queries: QueryCheck,
): Promise<readonly string[]> {
  const mistakes: string[] = [];
  for (const { name, written } of project.events) {
    const event = analyses.events.get(name);
    if (event === undefined) continue;
    const ofWhere = await queries.refusalOf(rowsOfOne(event, range));
    if (ofWhere !== undefined) {
      const refusal = written.member("where").refuse(`a condition of DuckDB (${ofWhere})`);
      mistakes.push(formatError(refusal, ""));
    }
    for (const [property, sql] of event.properties) {
      const told: Told = { name: "told_", sql: `(${sql}\n)` };
      const reason = await queries.refusalOf(rowsOfOne({ ...event, where: undefined }, range, [told]));
      if (reason === undefined) continue;
      const at = written.member("properties").member(property);
      mistakes.push(formatError(at.refuse(`an expression of DuckDB (${reason})`), ""));
    }
  }
  return mistakes;
}
