/** A project with what it asks history: those queries are DuckDB's, which says what they answer. */
import { QuickwaterError } from "../errors/quickwater-error.ts";
import type { QueryCheck } from "../history/query-check.ts";
import type { EndpointFile } from "../project/endpoint-file.ts";
import type { Endpoint } from "../serving/endpoints/endpoint.ts";
import { utc } from "../sql/bind/local-time.ts";
import { structureKey } from "../sql/plan/expressions.ts";
import { possibleValue } from "../values/parameter.ts";
import { mistakesOfConditions } from "./checked-conditions.ts";
import { refuseTwice, told } from "./checked-endpoints.ts";
import { type CheckedProject, checkProject } from "./checked-project.ts";
import type { KnownProject, OfHistory } from "./known-project.ts";

/** `before`: of the same project, checked before. */
export async function checkWholeProject(folder: string, before?: KnownProject): Promise<CheckedProject> {
  const checked = checkProject(folder, before);
  const { overHistory, project, known } = checked;
  const asksNothing = overHistory.length === 0 && project.events.length === 0;
  if (asksNothing || checked.mistakes.length > 0) return checked;
  const key = keyOf(checked);
  if (known.ofHistory?.key !== key) known.ofHistory = { key, found: await checkOfHistory(checked) };
  const { endpoints, mistakes } = known.ofHistory.found;
  return { ...checked, endpoints: [...checked.endpoints, ...endpoints], mistakes };
}

/** The same where DuckDB would be asked the same, of the same tables. */
function keyOf({ project, catalog, overHistory }: CheckedProject): string {
  const { history, timeZone } = project.settings;
  const written = [...overHistory, ...project.events].map((each) => each.written.source);
  const files = written.map(({ file, text }) => [file, text]);
  return structureKey([history, timeZone, files, catalog.tables()]);
}

async function checkOfHistory(checked: CheckedProject): Promise<OfHistory> {
  const { overHistory, project, catalog } = checked;
  const { history, timeZone = utc } = project.settings;
  const endpoints: Endpoint[] = [];
  const mistakes: string[] = [];
  // DuckDB is loaded only where it is asked.
  const { QueryCheck } = await import("../history/query-check.ts");
  const queries = await QueryCheck.open(catalog.tables(), timeZone);
  try {
    for (const file of overHistory) {
      try {
        if (history === undefined) {
          throw file.written.member("over").refuse("views, because quickwater.yaml keeps no history");
        }
        endpoints.push(await bound(file, queries));
      } catch (error) {
        if (!(error instanceof QuickwaterError)) throw error;
        mistakes.push(told(error, file));
      }
    }
    mistakes.push(...(await mistakesOfConditions(checked, queries)));
  } finally {
    queries.close();
  }
  return { endpoints, mistakes };
}

async function bound({ written, ...spec }: EndpointFile, queries: QueryCheck): Promise<Endpoint> {
  const given = new Map(spec.parameters.map((parameter) => [parameter.name, possibleValue(parameter)]));
  const { schema, unused } = await queries.check(spec.sql, given);
  const [name] = unused;
  if (name !== undefined) {
    throw written.member("parameters").member(name).refuse(`used in the query, as $${name}`);
  }
  refuseTwice(written.member("sql"), schema);
  return { ...spec, columns: schema, views: [], readsStreams: true, readsClock: true };
}
