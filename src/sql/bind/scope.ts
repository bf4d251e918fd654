/**
 * What names mean inside one SELECT: the columns of its FROM and their nested fields. A name is resolved to a
 * column of the relation's plan.
 */
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { formatType } from "../../values/sql-type.ts";
import type { Identifier } from "../parse/ast.ts";
import { unknownColumn } from "./bind-create-table.ts";
import type { BoundExpression } from "./bound-expression.ts";
import type { PlacedValue, Relation, RelationColumn } from "./relation.ts";

export class Scope {
  readonly #columns: readonly RelationColumn[];
  readonly #positions = new WeakMap<BoundExpression, SourcePosition>();

  constructor({ columns }: Relation) {
    this.#columns = columns;
  }

  /** The place in the text where a column was named. */
  positionOf(expression: BoundExpression): SourcePosition | undefined {
    return this.#positions.get(expression);
  }

  /** Whether the first word names a column, or the first two a table and its column. */
  knows([first, second]: readonly Identifier[]): boolean {
    return this.#columns.some(
      ({ name, qualifier }) =>
        name === first!.name || (second !== undefined && qualifier === first!.name && name === second.name),
    );
  }

  /** `amount`, `o.amount`, `location.country`, `o.location.country`. */
  resolve(path: readonly Identifier[], position: SourcePosition): BoundExpression {
    const [first, second] = path;
    // A column hides a qualifier of the same name.
    const isQualified =
      second !== undefined &&
      !this.#columns.some(({ name }) => name === first!.name) &&
      this.#columns.some(({ qualifier }) => qualifier === first!.name);
    const candidates = isQualified
      ? this.#columns.filter(({ qualifier }) => qualifier === first!.name)
      : this.#columns.filter(({ isMerged }) => isMerged !== true);
    const [name, ...fields] = isQualified ? path.slice(1) : path;
    const found = candidates.filter((column) => column.name === name!.name);
    if (found.length > 1) {
      throw quickwaterError("sql.ambiguous-column", { column: name!.name }, { position: name!.position });
    }
    if (found[0] === undefined) throw this.#unknown(name!, candidates);
    const expression = valueAt(found[0], name!, fields);
    this.#positions.set(expression, position);
    return expression;
  }

  /** The columns that `*` or `t.*` stands for, by name. */
  star(qualifier: Identifier | undefined, position: SourcePosition) {
    const wanted = this.#columns.filter((column) =>
      qualifier === undefined ? column.isMerged !== true : column.qualifier === qualifier.name,
    );
    if (wanted.length === 0 && qualifier !== undefined) {
      const params = { table: qualifier.name };
      const suggestion = closestName(qualifier.name, this.#qualifiers());
      throw quickwaterError("sql.unknown-table", params, { position: qualifier.position, suggestion });
    }
    return wanted.map((column) => {
      const identifier: Identifier = { kind: "Identifier", name: column.name, quoted: true, position };
      const expression = valueAt(column, identifier, []);
      this.#positions.set(expression, position);
      return { name: column.name, expression };
    });
  }

  #qualifiers(): readonly string[] {
    return [...new Set(this.#columns.flatMap(({ qualifier }) => qualifier ?? []))];
  }

  #unknown(name: Identifier, candidates: readonly RelationColumn[]): Error {
    const qualifiers = [...new Set(candidates.flatMap(({ qualifier }) => qualifier ?? []))];
    const isWithoutFrom = candidates.length === 0;
    const owner = isWithoutFrom
      ? "a query without FROM"
      : qualifiers.length === 1
        ? qualifiers[0]!
        : "the input";
    return unknownColumn(
      name,
      owner,
      candidates.map((column) => column.name),
    );
  }
}

function valueAt(column: PlacedValue, name: Identifier, fields: readonly Identifier[]): BoundExpression {
  let value = column;
  const path = [name.name];
  for (const field of fields) {
    const { place } = value;
    const found = place.kind === "fields" ? place.fields.get(field.name) : undefined;
    if (found === undefined) {
      const known = place.kind === "fields" ? [...place.fields.keys()] : [];
      const params = { column: path.join("."), type: formatType(value.type), field: field.name };
      const details = { position: field.position, suggestion: closestName(field.name, known) };
      throw quickwaterError("sql.unknown-field", params, details);
    }
    value = found;
    path.push(field.name);
  }
  if (value.place.kind === "column") {
    return { kind: "InputColumn", index: value.place.index, type: value.type };
  }
  const params = { column: path.join("."), type: formatType(value.type), what: "a whole value" };
  throw quickwaterError("sql.column-type", params, { position: fields.at(-1)?.position ?? name.position });
}
