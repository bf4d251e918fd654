/** Binds the queries of a project's endpoints, so that each is known to run before anybody asks. */
import { relative } from "node:path";
import type { Catalog } from "../catalog/catalog.ts";
import { bindReading } from "../dataflow/runtime/bind-reading.ts";
import { QuickwaterError } from "../errors/quickwater-error.ts";
import { formatError } from "../errors/source-text.ts";
import type { EndpointFile } from "../project/endpoint-file.ts";
import type { YamlValue } from "../project/yaml-file.ts";
import type { Endpoint } from "../serving/endpoints/endpoint.ts";
import { planReadsClock } from "../sql/bind/bind-clock.ts";
import { utc } from "../sql/bind/local-time.ts";
import { possibleValue } from "../values/parameter.ts";
import type { RowSchema } from "../values/row-schema.ts";

export interface CheckedEndpoints {
  readonly endpoints: readonly Endpoint[];
  /** Those whose queries are DuckDB's, which says later what they answer. */
  readonly overHistory: readonly EndpointFile[];
  /** Each as a person reads it. */
  readonly mistakes: readonly string[];
}

export function checkEndpoints(
  files: readonly EndpointFile[],
  catalog: Catalog,
  timeZone: string = utc,
): CheckedEndpoints {
  const endpoints: Endpoint[] = [];
  const mistakes: string[] = [];
  const addresses = new Map<string, EndpointFile>();
  const overHistory: EndpointFile[] = [];
  for (const file of files) {
    const address = file.path.replaceAll(/\{\w+\}/g, "{}");
    const other = addresses.get(address);
    addresses.set(address, other ?? file);
    try {
      if (other !== undefined)
        throw file.written.member("path").refuse(`an address that ${nameOf(other)} does not have`);
      if (file.over === "history") overHistory.push(file);
      else endpoints.push(bound(file, catalog, timeZone));
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      mistakes.push(told(error, file));
    }
  }
  return { endpoints, overHistory, mistakes };
}

function bound({ written, ...spec }: EndpointFile, catalog: Catalog, timeZone: string): Endpoint {
  const { sql, parameters, cacheSeconds } = spec;
  const given = new Map(parameters.map((parameter) => [parameter.name, possibleValue(parameter)]));
  const tables = { tables: catalog.tables(), views: catalog.views(), queries: catalog.queries() };
  const statement = bindReading({ sql, timeZone, given, ...tables });
  const ofSql = written.member("sql");
  if (statement.kind !== "Select") throw ofSql.refuse("a query");
  const { schema, plan, tables: read } = statement;
  refuseTwice(ofSql, schema);
  const readsClock = planReadsClock(plan);
  if (readsClock && (cacheSeconds ?? 0) > 1)
    throw written.member("cache-seconds").refuse("at most 1, because the query reads the clock");
  const views = read.filter(({ origin }) => origin.kind === "view").map(({ name }) => name);
  const readsStreams = views.length < read.length;
  return { ...spec, columns: schema, views, readsStreams, readsClock };
}

/** An answer has each name once. */
export function refuseTwice(sql: YamlValue, { columns }: RowSchema): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw sql.refuseLine(0, "a name of its own for each column", `${twice} twice`);
}

/** A mistake as a person reads it, with its place in the file. */
export function told(error: QuickwaterError, { written }: EndpointFile): string {
  const { message, code, hint, suggestion, position } = error;
  const place = position && written.member("sql").placeOf(position);
  const name = place === undefined ? undefined : nameOf({ written });
  return formatError({ message, code, hint, suggestion, position: place }, written.source.text, name);
}

const nameOf = ({ written }: Pick<EndpointFile, "written">) => relative(process.cwd(), written.source.file);
