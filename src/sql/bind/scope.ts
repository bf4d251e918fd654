/**
 * What names mean inside one SELECT: the columns of its FROM and their nested fields. A name is resolved to a
 * column of the relation's plan.
 */
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { Identifier } from "../parse/ast.ts";
import { fieldOf, unknownField } from "./bind-nested.ts";
import type { BoundExpression } from "./bound-expression.ts";
import type { PlacedValue, Relation, RelationColumn } from "./relation.ts";
import { unknownColumn } from "./unknown-column.ts";

export class Scope {
  readonly #columns: readonly RelationColumn[];
  readonly #positions = new WeakMap<BoundExpression, SourcePosition>();

  constructor({ columns }: Pick<Relation, "columns">) {
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

  /** The columns that `*` or `t.*` stands for, by name; `r.*` are the fields of a ROW. */
  star(qualifier: Identifier | undefined, position: SourcePosition) {
    const wanted = this.#columns.filter((column) =>
      qualifier === undefined ? column.isMerged !== true : column.qualifier === qualifier.name,
    );
    const row = wanted.length === 0 && this.#columns.find(({ name }) => name === qualifier?.name);
    if (row && row.type.kind === "ROW") {
      return row.type.fields.map(({ name }) => {
        const field: Identifier = { kind: "Identifier", name, quoted: true, position };
        return { name, expression: this.resolve([qualifier!, field], position) };
      });
    }
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
  for (const [depth, field] of fields.entries()) {
    const { place, type } = value;
    // A value that was computed has its fields within it.
    if (place.kind === "column") {
      let part: BoundExpression = { kind: "InputColumn", index: place.index, type };
      for (const [at, inner] of fields.slice(depth).entries()) {
        part = fieldOf(part, inner, fieldText([name, ...fields.slice(0, depth + at)]));
      }
      return part;
    }
    const found = place.fields.get(field.name);
    if (found === undefined) throw unknownField(fieldText([name, ...fields.slice(0, depth)]), type, field);
    value = found;
  }
  const { place, type } = value;
  return { kind: "InputColumn", index: place.kind === "column" ? place.index : place.whole, type };
}

function fieldText(path: readonly Identifier[]): string {
  return path.map(({ name }) => name).join(".");
}
