/** What a request asks of an endpoint: its values, each of its parameter's type, its page and its form. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { type Parameter, readParameter, type TypedValue } from "../../values/parameter.ts";
import { acceptedFormat, type RowFormat } from "../answer-format.ts";
import { ownParameters } from "./endpoint.ts";
import type { FoundEndpoint } from "./endpoints.ts";

export interface AskedEndpoint {
  readonly given: ReadonlyMap<string, TypedValue>;
  /** Places of the rows, from 1; undefined where all are asked for. */
  readonly page: { readonly from: number; readonly to: number } | undefined;
  readonly format: RowFormat;
}

const listFormats = ["json", "csv"] as const;
const exportFormats = ["csv", "json", "ndjson", "parquet"] as const;
/** A page further behind costs as much as all before it. */
const offsetMax = 1_000_000;

/**
 * Whatever a request may hold, it is read or refused here.
 *
 * @throws QuickwaterError `request.bad-parameter`, or another of a bad request.
 */
export function readAsked(
  { endpoint, placed }: FoundEndpoint,
  query: Readonly<Record<string, unknown>>,
  accept: string,
): AskedEndpoint {
  const { parameters, answer } = endpoint;
  const own = ownParametersOf(endpoint);
  const inQuery = [...parameters.filter(({ name }) => !placed.has(name)), ...own];
  const known = inQuery.map(({ name }) => name);
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const shown = unknown.slice(0, 100);
    const details = { suggestion: closestName(shown, known) };
    throw quickwaterError("request.unknown-parameter", { name: shown, path: endpoint.path }, details);
  }
  const textOf = (name: string): string | undefined => {
    const inPath = placed.get(name);
    // An address that cannot be decoded was refused before.
    if (inPath !== undefined) return decodeURIComponent(inPath);
    const value = query[name];
    if (value === undefined || typeof value === "string") return value;
    throw quickwaterError("request.bad-parameter", { name, expected: "be given once" });
  };
  const read = (parameter: Parameter) => readParameter(parameter, textOf(parameter.name));
  const given = new Map(parameters.map((parameter) => [parameter.name, read(parameter)]));
  const ownGiven = new Map(own.map((parameter) => [parameter.name, read(parameter).value]));
  const offset = Number(ownGiven.get(ownParameters.offset) ?? 0);
  const limit = Number(ownGiven.get(ownParameters.limit) ?? 0);
  const isPaged = answer.kind === "list" && answer.paging !== undefined;
  return {
    given,
    page: isPaged ? { from: offset + 1, to: offset + limit } : undefined,
    format: (ownGiven.get(ownParameters.format) as RowFormat | undefined) ?? formatOf(endpoint, accept),
  };
}

/** Those that an endpoint has beside what its file says: of a list its form, of pages which one. */
export function ownParametersOf({ answer }: FoundEndpoint["endpoint"]): readonly Parameter[] {
  if (answer.kind === "first") return [];
  const format: Parameter = {
    name: ownParameters.format,
    kind: "string",
    description: "Else the header Accept says it.",
    fallback: null,
    lengthMax: 7,
    oneOf: answer.kind === "export" ? exportFormats : listFormats,
  };
  if (answer.kind === "export" || answer.paging === undefined) return [format];
  const { limit, max } = answer.paging;
  const count = { kind: "integer", lengthMax: 20, oneOf: [] } as const;
  const limitOf = { ...count, name: ownParameters.limit, fallback: BigInt(limit), min: 1n, max: BigInt(max) };
  const first = { ...count, name: ownParameters.offset, fallback: 0n, min: 0n, max: BigInt(offsetMax) };
  return [
    format,
    { ...limitOf, description: "Rows of the answer." },
    { ...first, description: "Rows that are passed over." },
  ];
}

/** Rows are in the form that the header names. */
function formatOf({ answer }: FoundEndpoint["endpoint"], accept: string): RowFormat {
  if (answer.kind === "first") return "json";
  return acceptedFormat<RowFormat>(accept, answer.kind === "export" ? exportFormats : listFormats);
}
