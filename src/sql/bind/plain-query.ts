/**
 * A query cut down to what is bound today: one SELECT from one table, maybe through a window, with WHERE and
 * GROUP BY. Everything else is refused here, by its name and at its place, before a name is looked up.
 */
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type {
  Expression,
  Identifier,
  NamedTable,
  QualifiedName,
  Query,
  SelectQuery,
  TableFunction,
  TableReference,
  WindowTable,
} from "../parse/ast.ts";
import { featureRefused, isBound, notSupportedYet } from "./not-supported-yet.ts";

export type PlainTable = NamedTable | WindowTable;

export interface PlainSelect extends SelectQuery {
  readonly from: PlainTable;
  readonly groupBy: readonly Expression[];
}

export function plainSelect(query: Query): PlainSelect {
  const { with: common, body, orderBy, limit, offset } = query;
  if (common.length > 0) throw featureRefused("WITH (common table expressions)", common[0]!.position);
  if (body.kind !== "SelectQuery") throw notSupportedYet(body);
  const select = refuseSelectClauses(body);
  if (orderBy.length > 0) throw featureRefused("ORDER BY", orderBy[0]!.position);
  if (limit !== undefined) throw featureRefused("LIMIT", limit.position);
  if (offset !== undefined) throw featureRefused("OFFSET", offset.position);
  return select;
}

function refuseSelectClauses(select: SelectQuery): PlainSelect {
  const { hints, distinct, from, having, windows, qualify, items } = select;
  if (hints.length > 0) throw featureRefused("A hint /*+ … */", hints[0]!.position, leaveOut);
  if (distinct) throw featureRefused("SELECT DISTINCT", items[0]!.position);
  if (from === undefined) throw featureRefused("SELECT without FROM", select.position);
  const table = plainTable(from);
  const groupBy: Expression[] = [];
  for (const element of select.groupBy) {
    if (!isBound(element)) throw notSupportedYet(element);
    groupBy.push(element);
  }
  if (having !== undefined) throw featureRefused("HAVING", having.position);
  if (windows.length > 0) throw featureRefused("WINDOW", windows[0]!.position);
  if (qualify !== undefined) throw featureRefused("QUALIFY", qualify.position);
  return { ...select, from: table, groupBy };
}

const leaveOut = "Leave it out.";

function plainTable(from: TableReference): PlainTable {
  if (!isBound(from)) throw notSupportedYet(from);
  if (from.kind === "TableFunction") throw unknownTableFunction(from);
  const alias = from.alias;
  if (from.kind === "WindowTable") refuseWindowParts(from);
  else refuseTableParts(from);
  if (alias !== undefined && alias.columns.length > 0) {
    throw featureRefused("A table alias with column names", alias.position);
  }
  tableOf(from);
  return from;
}

/** Flink's windows are the only functions in FROM that there are. */
function unknownTableFunction({ functionName }: TableFunction): QuickwaterError {
  const { name, position } = functionName.parts.at(-1)!;
  const suggestion = closestName(name, ["TUMBLE", "HOP", "CUMULATE", "SESSION"]);
  return quickwaterError("sql.unknown-function", { function: name }, { position, suggestion });
}

function refuseTableParts({ hints, systemTime }: NamedTable): void {
  if (hints.length > 0) throw featureRefused("A hint /*+ … */", hints[0]!.position, leaveOut);
  if (systemTime !== undefined) throw featureRefused("FOR SYSTEM_TIME AS OF", systemTime.position);
}

function refuseWindowParts({ functionName, wrapped, input }: WindowTable): void {
  const { name, position } = functionName;
  if (name.toUpperCase() !== "TUMBLE") throw featureRefused(`The window ${name}`, position, "TUMBLE is.");
  if (!wrapped) {
    const rule = "In Flink 1.20 a table function stands inside TABLE(…)";
    const params = { rule, instead: `Write FROM TABLE(${name}(…)).` };
    throw quickwaterError("sql.not-flink", params, { position });
  }
  if (input.partitionBy.length > 0) {
    throw featureRefused("PARTITION BY in a window", input.partitionBy[0]!.position);
  }
  if (input.orderBy.length > 0) throw featureRefused("ORDER BY in a window", input.orderBy[0]!.position);
}

/** The name of the one table that is read. */
export function tableOf(from: PlainTable): Identifier {
  if (from.kind === "NamedTable") return plainName(from.name);
  const { table } = from.input;
  if (table.kind === "Query") throw featureRefused("A sub-query in a window", table.position);
  return plainName(table);
}

export function plainName({ parts, position }: QualifiedName): Identifier {
  const name = parts.at(-1)!;
  if (parts.length === 1) return name;
  throw featureRefused("A table name with catalog or database", position, "Write its name.");
}
