/** The options of tables and views: which there are, what they may be. Connectors check their own. */
import { columnList } from "../../catalog/column-list.ts";
import { durationMs } from "../../catalog/duration.ts";
import { sizeBytes } from "../../catalog/size.ts";
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { isCharacter, isNumeric, type RowField, type SqlType } from "../../values/sql-type.ts";
import type { TableOption } from "../parse/ast.ts";

const knownConnectors: readonly string[] = ["filesystem", "print", "blackhole"];

/** Options of a stream of the deployment's own log. */
const streamOptions: readonly string[] = [
  "dedup-key",
  "dedup-span",
  "emit",
  "history",
  "idle-timeout",
  "not-negative",
  "retention",
  "retention-size",
];
const viewOptions: readonly string[] = ["emit", "max-rows", "retention", "history"];

/** The shortest that history keeps rows: it lets whole days go. */
const dayMs = 86_400_000;
const viewRowsDefault = 100_000;
const viewRowsMax = 10_000_000;

export function checkTableOptions(
  options: readonly TableOption[],
  schema: RowSchema,
  isKeyed: boolean,
): Record<string, string> {
  const given = collect(options);
  const connector = options.find((option) => option.key === "connector");
  if (connector === undefined) {
    for (const option of options) checkStreamOption(option, schema, isKeyed);
  } else if (!knownConnectors.includes(connector.value)) {
    const params = { connector: connector.value, known: knownConnectors.join(", ") };
    const suggestion = closestName(connector.value, knownConnectors);
    throw quickwaterError("sql.unknown-connector", params, { position: connector.valuePosition, suggestion });
  }
  return given;
}

export interface ViewOptions {
  readonly emit: "changes" | "final";
  readonly rowsMax: number;
  /** How long a group is kept behind its last row, by append time. */
  readonly retentionMs: number | undefined;
}

export function checkViewOptions(options: readonly TableOption[]): ViewOptions {
  collect(options);
  let emit: ViewOptions["emit"] = "changes";
  let rowsMax = viewRowsDefault;
  let retentionMs: number | undefined;
  for (const option of options) {
    switch (option.key) {
      case "emit":
        if (option.value !== "changes" && option.value !== "final")
          throw badOption(option, "'changes' or 'final'");
        emit = option.value;
        break;
      case "max-rows":
        rowsMax = Number(option.value);
        if (!/^\d{1,8}$/.test(option.value) || rowsMax < 1 || rowsMax > viewRowsMax) {
          throw badOption(option, `a whole number from 1 to ${viewRowsMax}`);
        }
        break;
      case "retention":
        retentionMs = durationMsOf(option);
        break;
      case "history":
        throw notYet(option);
      default:
        throw unknownOption(option, "a view", viewOptions);
    }
  }
  return { emit, rowsMax, retentionMs };
}

/** What it bounds has to be there: rows of windows go with their windows. */
export function refuseIdleRetention(options: readonly TableOption[]): void {
  const option = options.find(({ key }) => key === "retention");
  if (option !== undefined)
    throw notYet(option, "of a view without a join, GROUP BY, DISTINCT or ROW_NUMBER over all time");
}

function durationMsOf(option: TableOption): number {
  const ms = durationMs(option.value);
  if (ms !== undefined && ms > 0) return ms;
  throw badOption(option, "a duration such as '5 s' or '24 h'");
}

function collect(options: readonly TableOption[]): Record<string, string> {
  const given: Record<string, string> = {};
  for (const option of options) {
    if (Object.hasOwn(given, option.key)) {
      throw quickwaterError("sql.duplicate-option", { option: option.key }, { position: option.position });
    }
    given[option.key] = option.value;
  }
  return given;
}

function checkStreamOption(option: TableOption, schema: RowSchema, isKeyed: boolean): void {
  switch (option.key) {
    case "dedup-key": {
      const names = schema.columns.filter(({ type }) => tellsApart(type)).map(({ name }) => name);
      checkColumns(option, names, "a column of texts or whole numbers");
      return;
    }
    case "not-negative":
      checkColumns(option, numbersIn(schema.columns), "columns of numbers with commas between them");
      return;
    case "dedup-span":
      durationMsOf(option);
      return;
    case "idle-timeout":
      if (durationMs(option.value) === undefined)
        throw badOption(option, "a duration such as '5 s' or '0 s'");
      return;
    case "history":
      if (option.value !== "none" && option.value !== "forever" && !(durationMs(option.value)! >= dayMs))
        throw badOption(option, "'none', 'forever' or at least a day, such as '90 d'");
      return;
    case "emit":
      if (option.value !== "first" && option.value !== "final") throw badOption(option, "'first' or 'final'");
      return;
    case "retention":
    case "retention-size":
      // The last row of a key stays, however many there are.
      if (isKeyed && option.key === "retention-size") throw notYet(option, "of a table with PRIMARY KEY");
      if (option.key === "retention") durationMsOf(option);
      else if (sizeBytes(option.value) === undefined)
        throw badOption(option, "a size such as '500 MB' or '10 GB'");
      return;
    default:
      throw unknownOption(option, "a stream of the own log", streamOptions);
  }
}

/** Each column that the option names is one of these. */
function checkColumns(option: TableOption, names: readonly string[], expected: string): void {
  const wrong = columnList(option.value, names).find((name) => !names.includes(name));
  if (wrong === undefined) return;
  const params = { option: option.key, expected, found: wrong };
  const suggestion = closestName(wrong, names);
  throw quickwaterError("sql.bad-option", params, { position: option.valuePosition, suggestion });
}

/** Those of rows within, also where they are elements, by their path. */
function numbersIn(fields: readonly RowField[]): readonly string[] {
  return fields.flatMap(({ name, type }) => {
    const inner = type.kind === "ARRAY" ? type.element : type;
    if (inner.kind === "ROW") return numbersIn(inner.fields).map((path) => `${name}.${path}`);
    return isNumeric(type) ? [name] : [];
  });
}

/** What is written in one way only, but for escapes: 1.50 and 1.5 would be two keys. */
function tellsApart(type: SqlType): boolean {
  return isCharacter(type) || ["TINYINT", "SMALLINT", "INT", "BIGINT"].includes(type.kind);
}

function badOption(option: TableOption, expected: string): QuickwaterError {
  const params = { option: option.key, expected, found: option.value };
  return quickwaterError("sql.bad-option", params, { position: option.valuePosition });
}

function notYet(option: TableOption, of = ""): QuickwaterError {
  const feature = [`The option '${option.key}'`, of].filter((part) => part !== "").join(" ");
  const params = { feature, instead: "Leave it out." };
  return quickwaterError("sql.not-supported-yet", params, { position: option.position });
}

function unknownOption(option: TableOption, owner: string, known: readonly string[]): QuickwaterError {
  const params = { option: option.key, owner, known: known.join(", ") };
  const suggestion = closestName(option.key, known);
  return quickwaterError("sql.unknown-option", params, { position: option.position, suggestion });
}
