/**
 * Binds what a project asks history: by DuckDB itself, over tables without rows that are called and made as
 * the relations of history will be.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Catalog } from "../catalog/catalog.ts";
import { QuickwaterError } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";
import { duckType, quoted } from "../history/duck/duck-type.ts";
import { errorPosition } from "../history/duck/error-position.ts";
import { sqlTypeOf } from "../history/duck/sql-type-of.ts";
import { boundValues } from "../history/history-query.ts";
import { isKept } from "../history/history-store.ts";
import { refusal, relationsRead } from "../history/refuse-reach.ts";
import { StreamColumns } from "../history/stream-columns.ts";
import type { EndpointFile } from "../project/endpoint-file.ts";
import type { Endpoint } from "../serving/endpoints/endpoint.ts";
import { possibleValue } from "../values/parameter.ts";
import { refuseTwice, told } from "./checked-endpoints.ts";
import { type CheckedProject, checkProject } from "./checked-project.ts";

/** All of a project, with what it asks history. */
export async function checkWholeProject(folder: string): Promise<CheckedProject> {
  const checked = checkProject(folder);
  const { overHistory, project, catalog } = checked;
  // DuckDB is loaded where it is needed.
  if (overHistory.length === 0 || checked.mistakes.length > 0) return checked;
  const { history, timeZone } = project.settings;
  const endpoints: Endpoint[] = [];
  const mistakes: string[] = [];
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", enable_external_access: "false" });
  const connection = await instance.connect();
  try {
    const relations = await makeRelations(connection, catalog, timeZone ?? "UTC");
    for (const file of overHistory) {
      try {
        if (history === undefined) {
          throw file.written.member("over").refuse("views, because quickwater.yaml keeps no history");
        }
        endpoints.push(await boundByDuckDb(file, connection, relations));
      } catch (error) {
        if (!(error instanceof QuickwaterError)) throw error;
        mistakes.push(told(error, file));
      }
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  const all = [...checked.endpoints, ...endpoints];
  return { ...checked, endpoints: all, mistakes: [...checked.mistakes, ...mistakes] };
}

async function makeRelations(
  connection: DuckDBConnection,
  catalog: Catalog,
  timeZone: string,
): Promise<readonly string[]> {
  const relations: string[] = [];
  await connection.run("SET TimeZone = 'UTC'");
  for (const table of catalog.tables().filter(isKept)) {
    const { columns } = new StreamColumns(table, timeZone).schema;
    const own = columns.map(({ name, type }) => `${quoted(name)} ${duckType(type)}`);
    const places = ["_step BIGINT", "_row INTEGER", "_at TIMESTAMPTZ"];
    const make = async (name: string, more: readonly string[]) => {
      relations.push(name);
      await connection.run(`CREATE TABLE ${quoted(name)} (${[...own, ...places, ...more].join(", ")})`);
    };
    await make(table.name, []);
    if (table.primaryKey.length > 0) await make(`${table.name}_changes`, ["_deleted BOOLEAN"]);
  }
  return relations;
}

async function boundByDuckDb(
  { written, ...spec }: EndpointFile,
  connection: DuckDBConnection,
  relations: readonly string[],
): Promise<Endpoint> {
  const { sql, parameters } = spec;
  const parsed = await connection.runAndReadAll("SELECT json_serialize_sql($sql::VARCHAR)", { sql });
  relationsRead(sql, String(parsed.getRows()[0]![0]), relations);
  try {
    const prepared = await connection.prepare(sql);
    const used = Array.from({ length: prepared.parameterCount }, (_, place) =>
      prepared.parameterName(place + 1),
    );
    prepared.destroySync();
    refuseOtherParameters(written, sql, used, spec);
    const given = new Map(parameters.map((parameter) => [parameter.name, possibleValue(parameter)]));
    const result = await connection.stream(sql, ...boundValues(given));
    const columns = result
      .columnNames()
      .map((name, place) => ({ name, type: sqlTypeOf(result.columnType(place)) }));
    refuseTwice(written.member("sql"), { columns });
    return { ...spec, columns: { columns }, views: [], readsStreams: true, readsClock: true };
  } catch (error) {
    if (!(error instanceof Error) || error instanceof QuickwaterError) throw error;
    const [said = ""] = error.message.split("\n");
    throw refusal(said, sql, errorPosition(error.message, sql));
  }
}

/** Each has its place in the query, and each place its parameter. */
function refuseOtherParameters(
  written: EndpointFile["written"],
  sql: string,
  used: readonly string[],
  { parameters }: Pick<EndpointFile, "parameters">,
): void {
  const names = parameters.map(({ name }) => name);
  const unknown = used.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const at = Buffer.byteLength(sql.slice(0, sql.indexOf(`$${unknown}`)));
    throw refusal(`there is no parameter ${unknown}`, sql, at, closestName(unknown, names));
  }
  const unused = names.find((name) => !used.includes(name));
  if (unused === undefined) return;
  throw written.member("parameters").member(unused).refuse(`used in the query, as $${unused}`);
}
