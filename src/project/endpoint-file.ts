/** `endpoints/*.yaml` as endpoints, their queries still text; mistakes are named by file and setting. */
import { closestName } from "../errors/suggest.ts";
import type { EndpointAnswer, EndpointSpec, Paging } from "../serving/endpoints/endpoint.ts";
import { isAllowed, type Parameter, parameterKinds, readKind } from "../values/parameter.ts";
import type { SqlValue } from "../values/sql-value.ts";
import { readMetrics } from "./metrics-file.ts";
import { readYaml, type YamlValue } from "./yaml-file.ts";

export interface EndpointFile extends EndpointSpec {
  /** As it is written, for mistakes that show when its query is bound. */
  readonly written: YamlValue;
}

/** What the server's own addresses begin with. */
export const ownAddresses: readonly string[] = [
  ...["v1", "health", "ready", "metrics", "docs", "openapi.json", "assets"],
];

const known = [
  ...["path", "summary", "description", "parameters", "over", "sql", "answer", "none", "paging"],
  "cache-seconds",
];
const ownNames: readonly string[] = ["format", "limit", "offset"];
const segmentsMax = 8;
const lengthMaxDefault = 200;
const lengthMaxMax = 4_000;
const pageMax = 10_000;

/** A file holds an endpoint, or metrics. */
export function readEndpoints(files: readonly string[]) {
  const roots = files.map(readYaml);
  const hasMetrics = (root: YamlValue) => root.members().has("protocol");
  return {
    endpoints: roots.filter((root) => !hasMetrics(root)).map(readEndpoint),
    metrics: roots.filter(hasMetrics).flatMap(readMetrics),
  };
}

function readEndpoint(root: YamlValue): EndpointFile {
  const members = root.members(known);
  const parameters = [...(members.get("parameters")?.members() ?? [])].map(([name, value]) =>
    readNamed(name, value),
  );
  return {
    path: readPath(root.member("path"), parameters),
    summary: root.member("summary").text(),
    description: members.get("description")?.text(),
    parameters,
    over: readOver(members.get("over")),
    sql: root.member("sql").text(),
    written: root,
    answer: readAnswer(members),
    cacheSeconds: members.get("cache-seconds")?.wholeNumber(0, 86_400),
  };
}

function readPath(written: YamlValue, parameters: readonly Parameter[]): string {
  const path = written.text();
  const segments = path.slice(1).split("/");
  const isPlain = segments.every((segment) => /^([\w-]+|\{[A-Za-z_]\w*\})$/.test(segment));
  if (!path.startsWith("/") || !isPlain || segments.length > segmentsMax) {
    throw written.refuse("an address such as /kpis/latest or /orders/{order_id}");
  }
  const [begin = ""] = segments;
  if (begin.startsWith("{")) throw written.refuse("an address whose beginning is written out");
  if (ownAddresses.includes(begin)) throw written.refuse(`an address that does not begin with /${begin}`);
  const places = segments.filter((segment) => segment.startsWith("{")).map((segment) => segment.slice(1, -1));
  for (const [index, name] of places.entries()) {
    const parameter = parameters.find((each) => each.name === name);
    const names = parameters.map((each) => each.name);
    if (parameter === undefined)
      throw written.refuse(`a parameter ${name} under parameters`, closestName(name, names));
    if (parameter.fallback !== undefined)
      throw written.refuse(`${name} without a default: it is always there`);
    if (places.indexOf(name) !== index) throw written.refuse(`{${name}} once`);
  }
  return path;
}

function readOver(written: YamlValue | undefined): EndpointSpec["over"] {
  const over = written?.text() ?? "views";
  if (over === "views" || over === "history") return over;
  throw written!.refuse("views or history");
}

function readAnswer(members: ReadonlyMap<string, YamlValue>): EndpointAnswer {
  const kind = members.get("answer")?.text() ?? "list";
  const [paging, none] = [members.get("paging"), members.get("none")];
  if (kind === "list") {
    if (none !== undefined) throw none.refuse("nothing: a list without rows is []");
    return { kind, paging: paging && readPaging(paging) };
  }
  if (kind !== "first" && kind !== "export") throw members.get("answer")!.refuse("list, first or export");
  if (kind === "export") {
    const other = paging ?? none ?? members.get("cache-seconds");
    if (other !== undefined) throw other.refuse("nothing: all rows are sent as they are then");
    if (members.get("over")?.value === "history") return { kind };
    throw members.get("answer")!.refuse("list or first, or over history");
  }
  if (paging !== undefined) throw paging.refuse("nothing: the answer is one row");
  return { kind, none: none?.json() };
}

function readPaging(written: YamlValue): Paging {
  written.members(["limit", "max"]);
  const max = written.member("max").wholeNumber(1, pageMax);
  return { limit: written.members().get("limit")?.wholeNumber(1, max) ?? Math.min(100, max), max };
}

function readNamed(name: string, written: YamlValue): Parameter {
  if (!/^[A-Za-z_]\w{0,63}$/.test(name)) throw written.refuseName("a name of letters, digits and _");
  if (ownNames.includes(name)) throw written.refuseName("a name that no answer has by itself");
  const members = written.members(["type", "description", "default", "min", "max", "length-max", "one-of"]);
  const type = written.member("type");
  const kind = parameterKinds.find((each) => each === type.value);
  if (kind === undefined)
    throw type.refuse(`one of ${parameterKinds.join(", ")}`, closestName(String(type.value), parameterKinds));
  const valueIn = (value: YamlValue): SqlValue => {
    const { value: found } = value;
    // A number keeps the digits that it is written with.
    const text = typeof found === "number" ? value.json() : String(found ?? "");
    const read = readKind(kind, text);
    if (read === undefined || found === null) throw value.refuse(`a value of ${kind}`);
    return read;
  };
  const ordered = (setting: string) => {
    const value = members.get(setting);
    if (value === undefined) return undefined;
    if (kind === "string" || kind === "boolean") throw value.refuse(`nothing: a ${kind} has none`);
    return valueIn(value);
  };
  const lengthMax = members.get("length-max");
  if (lengthMax !== undefined && kind !== "string") throw lengthMax.refuse(`nothing: a ${kind} has none`);
  const fallback = members.get("default");
  const parameter: Parameter = {
    name,
    kind,
    description: members.get("description")?.text(),
    fallback: fallback === undefined ? undefined : fallback.value === null ? null : valueIn(fallback),
    min: ordered("min"),
    max: ordered("max"),
    lengthMax: lengthMax?.wholeNumber(1, lengthMaxMax) ?? lengthMaxDefault,
    oneOf: (members.get("one-of")?.list() ?? []).map(valueIn),
  };
  if (fallback !== undefined && !isAllowed(parameter, parameter.fallback ?? null))
    throw fallback.refuse("a value that the parameter may have");
  const { min, max } = parameter;
  if (min != null && max != null && min > max) throw members.get("max")!.refuse("no less than min");
  return parameter;
}
