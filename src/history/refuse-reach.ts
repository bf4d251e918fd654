/**
 * What a query over history may name: relations of history, and what it makes itself. It is judged by the
 * tree that DuckDB's own parser makes of the text, and what is not known here is refused: a function that
 * reads a file is none of those below, and a file named as a table is no relation.
 */
import { type QuickwaterError, quickwaterError } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";

type Tree = { readonly [member: string]: unknown };

/** What `json_serialize_sql` answers. */
interface Serialized {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly Tree[];
}

/** Where rows may come from. */
const knownSources = new Set([
  "BASE_TABLE",
  "SUBQUERY",
  "JOIN",
  "EXPRESSION_LIST",
  "EMPTY",
  "CTE",
  "SHOW_REF",
]);
/** Functions that make rows of their arguments alone. */
const knownFunctions = new Set(["range", "generate_series", "unnest"]);
/** A name with one of these might be of a file. */
const pathSigns = /[./\\:*?[\]]/;

/**
 * The relations that the query reads.
 *
 * @throws QuickwaterError where it does not parse, is not one query, or reaches for anything else.
 */
export function relationsRead(sql: string, text: string, relations: readonly string[]): readonly string[] {
  const { error, error_type, error_message = "", position, statements } = JSON.parse(text) as Serialized;
  if (error) {
    if (error_type === "not implemented") {
      throw refusal("it only reads: one SELECT, WITH, VALUES, DESCRIBE or SHOW TABLES", sql, undefined);
    }
    throw refusal(error_message, sql, position === undefined ? undefined : Number(position));
  }
  if (statements?.length === 0) throw quickwaterError("request.empty-query", {});
  if (statements?.length !== 1) throw quickwaterError("request.several-statements", {});
  const trees = [...treesIn(statements[0]!)];
  const made = new Set(trees.flatMap(namesMade));
  const unsafe = [...made].find((name) => pathSigns.test(name));
  if (unsafe !== undefined) throw refusal(`${unsafe} is no name that a WITH may give`, sql, undefined);
  const read = new Set<string>();
  const known = new Map(relations.map((name) => [name.toLowerCase(), name]));
  for (const tree of trees) {
    if (!isSource(tree)) continue;
    const at = Number(tree.query_location);
    if (tree.type === "TABLE_FUNCTION") refuseFunction(tree.function as Tree, sql, at);
    else if (!knownSources.has(String(tree.type))) throw refusal(`${tree.type} is not read here`, sql, at);
    if (tree.type !== "BASE_TABLE") continue;
    const name = String(tree.table_name);
    const isPlain = ["", "main"].includes(String(tree.schema_name)) && String(tree.catalog_name) === "";
    const relation = isPlain ? known.get(name.toLowerCase()) : undefined;
    if (relation !== undefined) read.add(relation);
    else if (!isPlain || !made.has(name.toLowerCase())) throw unknownRelation(tree, relations, sql);
  }
  return [...read];
}

/** Each object of it that stands for something, once. */
function* treesIn(part: unknown): Generator<Tree> {
  if (Array.isArray(part)) for (const each of part) yield* treesIn(each);
  else if (typeof part === "object" && part !== null) {
    yield part as Tree;
    for (const each of Object.values(part)) yield* treesIn(each);
  }
}

/** Of WITH. */
function namesMade(tree: Tree): readonly string[] {
  const entries = (tree.cte_map as { readonly map?: readonly { readonly key: string }[] } | undefined)?.map;
  return entries?.map(({ key }) => key.toLowerCase()) ?? [];
}

function isSource(tree: Tree): boolean {
  return "alias" in tree && "sample" in tree;
}

function refuseFunction(called: Tree, sql: string, at: number): void {
  const name = String(called.function_name);
  if (knownFunctions.has(name)) return;
  throw refusal(`rows come from relations of history, and from ${[...knownFunctions].join(", ")}`, sql, at);
}

function unknownRelation(tree: Tree, relations: readonly string[], sql: string): QuickwaterError {
  const name = [tree.catalog_name, tree.schema_name, tree.table_name].filter((part) => part !== "").join(".");
  const suggestion = closestName(name, relations);
  return refusal(`history has no relation ${name}`, sql, Number(tree.query_location), suggestion);
}

/** Why history does not answer; `at` counts bytes of the text. */
export function refusal(
  reason: string,
  sql: string,
  at: number | undefined,
  suggestion?: string | undefined,
): QuickwaterError {
  const isKnown = at !== undefined && at >= 0 && at <= sql.length;
  const position = isKnown ? positionAt(sql, at) : undefined;
  return quickwaterError("request.history-query", { reason }, { position, suggestion });
}

function positionAt(sql: string, at: number) {
  const offset = Buffer.from(sql).subarray(0, at).toString().length;
  const before = sql.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1, offset, length: 1 };
}
