/**
 * `CREATE TABLE … LIKE other`: what the other table declares, then what the new one adds. What the two say
 * twice is refused, left out or replaced, as its rule says.
 */
import type { Catalog } from "../../catalog/catalog.ts";
import { assert, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type {
  ColumnDefinition,
  CreateTable,
  TableLike,
  TableLikeFeature,
  TableLikeRule,
} from "../parse/ast.ts";
import { parseScript } from "../parse/parse-statement.ts";
import { notFlink } from "./over-window.ts";
import { plainName } from "./plain-name.ts";

type Strategies = ReadonlyMap<TableLikeFeature, TableLikeRule["strategy"]>;

/** The statement as it would be written without LIKE. */
export function withLike(table: CreateTable, catalog: Catalog): CreateTable {
  const { like } = table;
  if (like === undefined) return table;
  const base = tableNamed(like, catalog);
  const rules = strategiesOf(like);
  const strategy = (feature: TableLikeFeature) =>
    rules.get(feature) ?? rules.get("ALL") ?? (feature === "OPTIONS" ? "OVERWRITING" : "INCLUDING");
  return {
    ...table,
    like: undefined,
    columns: columnsOf(base, table, strategy),
    primaryKey: one(base.primaryKey, table.primaryKey, strategy("CONSTRAINTS"), "PRIMARY KEY", "CONSTRAINTS"),
    watermark: one(base.watermark, table.watermark, strategy("WATERMARKS"), "WATERMARK", "WATERMARKS"),
    options: optionsOf(base, table, strategy("OPTIONS")),
  };
}

function tableNamed({ table }: TableLike, catalog: Catalog): CreateTable {
  const { name, position } = plainName(table);
  const made = catalog.tables().filter(({ statement }) => statement !== "");
  const known = made.find((each) => each.name === name);
  if (known === undefined) {
    const suggestion = closestName(
      name,
      made.map((each) => each.name),
    );
    throw quickwaterError("sql.unknown-table", { table: name }, { position, suggestion });
  }
  const [written] = parseScript(known.statement).statements;
  assert(written?.kind === "CreateTable", `the statement of ${name} makes no table`);
  return written;
}

function strategiesOf({ rules }: TableLike): Strategies {
  const strategies = new Map<TableLikeFeature, TableLikeRule["strategy"]>();
  for (const { feature, strategy, position } of rules) {
    if (strategies.has(feature)) throw notFlink(`In Flink LIKE names ${feature} once`, "Keep one.", position);
    const isReplaceable = feature === "GENERATED" || feature === "OPTIONS" || feature === "WATERMARKS";
    if (strategy === "OVERWRITING" && !isReplaceable && feature !== "METADATA") {
      const instead = "Write INCLUDING or EXCLUDING.";
      throw notFlink(`In Flink LIKE does not overwrite ${feature}`, instead, position);
    }
    strategies.set(feature, strategy);
  }
  return strategies;
}

/** What a rule of LIKE calls columns that are not physical. */
const addedColumns = {
  Computed: { feature: "GENERATED", what: "the computed column" },
  Metadata: { feature: "METADATA", what: "the metadata column" },
} as const;

/** Those of the other table come first; one that is not physical and replaced stays in its place. */
function columnsOf(
  base: CreateTable,
  own: CreateTable,
  strategy: (feature: TableLikeFeature) => TableLikeRule["strategy"],
): readonly ColumnDefinition[] {
  const ruleOf = ({ content }: ColumnDefinition) =>
    content.kind === "Physical" ? undefined : addedColumns[content.kind];
  const strategyOf = (column: ColumnDefinition) => {
    const rule = ruleOf(column);
    return rule && strategy(rule.feature);
  };
  const kept = base.columns.filter((column) => strategyOf(column) !== "EXCLUDING");
  const columns = new Map(kept.map((column) => [column.name.name, column]));
  const added = new Set<string>();
  for (const column of own.columns) {
    const { name, position } = column.name;
    const known = columns.get(name);
    const rule = known?.content.kind === column.content.kind ? ruleOf(column) : undefined;
    if (
      known !== undefined &&
      (rule === undefined || added.has(name) || strategyOf(column) !== "OVERWRITING")
    ) {
      if (rule !== undefined && !added.has(name)) throw twice(`${rule.what} ${name}`, rule.feature, position);
      throw quickwaterError("sql.duplicate-column", { column: name }, { position });
    }
    added.add(name);
    columns.set(name, column);
  }
  return [...columns.values()];
}

function one<Part extends { readonly position: SourcePosition }>(
  base: Part | undefined,
  own: Part | undefined,
  strategy: TableLikeRule["strategy"],
  what: string,
  feature: TableLikeFeature,
): Part | undefined {
  if (strategy === "EXCLUDING" || base === undefined) return own;
  if (own !== undefined && strategy === "INCLUDING") throw twice(`a ${what}`, feature, own.position);
  return own ?? base;
}

function optionsOf(
  base: CreateTable,
  own: CreateTable,
  strategy: TableLikeRule["strategy"],
): CreateTable["options"] {
  if (strategy === "EXCLUDING") return own.options;
  const known = new Set(base.options.map(({ key }) => key));
  const again = own.options.find(({ key }) => known.has(key));
  if (again !== undefined && strategy === "INCLUDING") {
    throw twice(`the option '${again.key}'`, "OPTIONS", again.position);
  }
  const replaced = new Set(own.options.map(({ key }) => key));
  return [...base.options.filter(({ key }) => !replaced.has(key)), ...own.options];
}

function twice(what: string, feature: TableLikeFeature, position: SourcePosition) {
  const instead =
    feature === "CONSTRAINTS" ? "Write EXCLUDING CONSTRAINTS." : `Write EXCLUDING or OVERWRITING ${feature}.`;
  return notFlink(`In Flink the table of LIKE has ${what} already`, instead, position);
}
