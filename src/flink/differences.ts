/**
 * What of a project is otherwise on Flink, though its script is taken there: `check --for flink`. What cannot
 * be had there at all is a mistake.
 */
import { isKeptBeside } from "../catalog/catalog.ts";
import type { SourcePosition } from "../errors/quickwater-error.ts";
import type { BoundInsert, BoundSelect, BoundStatement, BoundTable, BoundView } from "../sql/analyze.ts";
import type { LogicalPlan } from "../sql/plan/logical-plan.ts";
import { inputsOf } from "../sql/plan/map-plan.ts";

export interface FlinkDifference {
  /** A mistake is what Flink cannot run. */
  readonly kind: "mistake" | "difference";
  readonly sentence: string;
  readonly position: SourcePosition;
}

type Reading = BoundView | BoundInsert | BoundSelect;

export function differencesOf(statement: BoundStatement): readonly FlinkDifference[] {
  switch (statement.kind) {
    case "CreateTable":
      return ofTable(statement);
    case "CreateMaterializedView":
      return [...ofQuery(statement), ...ofView(statement)];
    case "InsertInto":
    case "Select":
      return ofQuery(statement);
    case "StatementSet":
      return statement.inserts.flatMap(ofQuery);
    default:
      return [];
  }
}

/** Metadata that numbers rows and where they are. */
const numbers: ReadonlySet<string> = new Set(["offset", "partition"]);

function ofTable({ table, written }: BoundTable): FlinkDifference[] {
  const { name, options } = written;
  if (table.origin.kind !== "stream") return [];
  const found: FlinkDifference[] = [];
  const deduplicates = options.find(({ key }) => key === "dedup-key");
  if (deduplicates !== undefined) {
    const sentence = `'dedup-key' of ${table.name}: Flink takes duplicates; they are left out before Kafka`;
    found.push(difference(sentence, deduplicates.position ?? name.position));
  }
  const numbered = written.columns.find(({ content, name: own }) => {
    return content.kind === "Metadata" && numbers.has(content.key ?? own.name);
  });
  if (numbered !== undefined) {
    const column = numbered.name.name;
    const sentence = `${column} of ${table.name}: on Flink it is what Kafka gave the row in its topic`;
    found.push(difference(sentence, numbered.position));
  }
  const emits = options.find(({ key, value }) => key === "emit" && value === "first");
  if (emits !== undefined) {
    const sentence = `'emit' of ${table.name}: on Flink its rows come when the watermark has passed them`;
    found.push(difference(sentence, emits.position));
  }
  return found;
}

function ofQuery({ tables, plan, written }: Reading): FlinkDifference[] {
  const { position } = written;
  const found = tables.filter(isKeptBeside).map(({ name }): FlinkDifference => {
    return {
      kind: "mistake",
      sentence: `${name} is kept by Quickwater: Flink has no such table`,
      position,
    };
  });
  if (nodesOf(plan).some((node) => node.kind === "Join" && node.method.kind === "lookup")) {
    const sentence =
      "FOR SYSTEM_TIME AS OF a processing time: Flink asks tables of lookup connectors alone, as JDBC";
    found.push({ kind: "mistake", sentence, position });
  }
  const kinds = new Set(nodesOf(plan).map(timingOf));
  for (const sentence of kinds) if (sentence !== undefined) found.push(difference(sentence, position));
  return found;
}

/** What a person who watches sees later. */
function timingOf(node: LogicalPlan): string | undefined {
  switch (node.kind) {
    case "WindowAggregate":
      return "A window is seen when it closes, not as it fills; where its stream is quiet, with the next row";
    case "Over":
      return "OVER answers when the watermark has passed the row; there is no first answer";
    case "Rank":
      if (node.method === "window") return "The ranks of a window are seen when it closes, not as it fills";
      return undefined;
    default:
      return undefined;
  }
}

function ofView({ view, written: { name, options } }: BoundView): FlinkDifference[] {
  const found: FlinkDifference[] = [];
  const limit = options.find(({ key }) => key === "max-rows");
  if (limit !== undefined) {
    const sentence = `'max-rows' of ${view.name}: how many rows stay is a setting of the topic`;
    found.push(difference(sentence, limit.position));
  }
  if (view.key.length === 0) {
    const what = `${view.name} is one row without a key`;
    const sentence = `${what}, and a keyed topic needs one: select a constant as its key`;
    found.push({ kind: "mistake", sentence, position: name.position });
  }
  const nullable = view.key.map((place) => view.schema.columns[place]!).filter(({ type }) => type.nullable);
  for (const { name: column } of nullable) {
    const what = `${column} is part of the key of ${view.name}`;
    const sentence = `${what} and may be NULL: on Flink a NULL fails the job`;
    found.push(difference(sentence, name.position));
  }
  return found;
}

function difference(sentence: string, position: SourcePosition): FlinkDifference {
  return { kind: "difference", sentence, position };
}

function nodesOf(plan: LogicalPlan): readonly LogicalPlan[] {
  return [plan, ...inputsOf(plan).flatMap(nodesOf)];
}
