/**
 * What names mean inside one query: the columns of its table, their nested fields, and the columns that a
 * window adds. A name is resolved to a position of the Scan's output; a nested field that is asked for
 * becomes a column of the Scan of its own, because a batch has columns for leaves only.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { formatType, physicalOf, type SqlType, withNullable } from "../../values/sql-type.ts";
import type { Identifier } from "../parse/ast.ts";
import type { Scan, ScanColumn, WindowProperty } from "../plan/logical-plan.ts";
import { unknownColumn } from "./bind-create-table.ts";
import type { BoundExpression } from "./bound-expression.ts";

/**
 * Columns that the window adds are not of the Scan: they get positions from here on until the aggregation
 * gives them their place.
 */
export const windowColumnBase = 1_000_000;

export interface WindowColumn {
  readonly name: WindowProperty;
  readonly type: SqlType;
}

export class Scope {
  readonly #table: TableDefinition;
  readonly #qualifier: string;
  readonly #windowColumns: readonly WindowColumn[];
  readonly #columns: ScanColumn[];
  readonly #positions = new WeakMap<BoundExpression, SourcePosition>();

  constructor(table: TableDefinition, alias: Identifier | undefined, windowColumns: readonly WindowColumn[]) {
    this.#table = table;
    this.#qualifier = alias?.name ?? table.name;
    this.#windowColumns = windowColumns;
    this.#columns = table.schema.columns
      .filter(({ type }) => physicalOf(type) !== "nested")
      .map(({ name, type }) => ({ path: [name], type }));
  }

  get windowColumns(): readonly WindowColumn[] {
    return this.#windowColumns;
  }

  /** The place in the text where a column was named. */
  positionOf(expression: BoundExpression): SourcePosition | undefined {
    return this.#positions.get(expression);
  }

  isQualifier(name: string): boolean {
    return name === this.#qualifier;
  }

  get qualifier(): string {
    return this.#qualifier;
  }

  /** The columns that `*` stands for, by name. */
  starNames(): readonly string[] {
    const columns = this.#table.schema.columns.map(({ name }) => name);
    return [...columns, ...this.#windowColumns.map(({ name }) => name)];
  }

  /** `amount`, `o.amount`, `location.country`, `o.location.country`. */
  resolve(path: readonly Identifier[], position: SourcePosition): BoundExpression {
    const [first, ...rest] = path;
    // A column hides a qualifier of the same name only where no column of that name could be meant by what
    // follows.
    const isQualified = rest.length > 0 && this.isQualifier(first!.name) && !this.#hasColumn(first!.name);
    const [column, ...fields] = isQualified ? rest : path;
    const found = this.#resolveColumn(column!, fields);
    this.#positions.set(found, position);
    return found;
  }

  /** The column's position in the Scan, for a name that is known to be of the table. */
  indexOfTableColumn(name: string): number {
    const index = this.#columns.findIndex((column) => column.path.length === 1 && column.path[0] === name);
    return index;
  }

  typeOf(name: string): SqlType | undefined {
    return this.#table.schema.columns.find((column) => column.name === name)?.type;
  }

  /** The Scan with all columns that were asked for so far. */
  scan(): Scan {
    const { watermark, schema } = this.#table;
    const rowtime = watermark && this.indexOfTableColumn(schema.columns[watermark.column]!.name);
    const columns = [...this.#columns];
    return {
      kind: "Scan",
      table: this.#table.name,
      columns,
      rowtime,
      schema: { columns: columns.map(({ path, type }) => ({ name: path.join("."), type })) },
    };
  }

  #hasColumn(name: string): boolean {
    return this.starNames().includes(name);
  }

  #resolveColumn(column: Identifier, fields: readonly Identifier[]): BoundExpression {
    const type = this.typeOf(column.name);
    const window = this.#windowColumns.findIndex(({ name }) => name === column.name);
    if (type !== undefined && window >= 0) {
      throw quickwaterError("sql.ambiguous-column", { column: column.name }, { position: column.position });
    }
    if (window >= 0 && fields.length === 0) {
      return {
        kind: "InputColumn",
        index: windowColumnBase + window,
        type: this.#windowColumns[window]!.type,
      };
    }
    if (type === undefined) throw unknownColumn(column, this.#qualifier, this.starNames());
    return this.#resolveField(column, type, fields);
  }

  #resolveField(column: Identifier, columnType: SqlType, fields: readonly Identifier[]): BoundExpression {
    let type = columnType;
    const path = [column.name];
    for (const field of fields) {
      const found: SqlType | undefined =
        type.kind === "ROW" ? type.fields.find(({ name }) => name === field.name)?.type : undefined;
      if (found === undefined) {
        const known = type.kind === "ROW" ? type.fields.map(({ name }) => name) : [];
        const params = { column: path.join("."), type: formatType(type), field: field.name };
        const details = { position: field.position, suggestion: closestName(field.name, known) };
        throw quickwaterError("sql.unknown-field", params, details);
      }
      // A field of a row that is NULL is NULL.
      type = withNullable(found, found.nullable || type.nullable);
      path.push(field.name);
    }
    if (physicalOf(type) === "nested") {
      const params = { column: path.join("."), type: formatType(type), what: "a whole value" };
      throw quickwaterError("sql.column-type", params, {
        position: fields.at(-1)?.position ?? column.position,
      });
    }
    return { kind: "InputColumn", index: this.#scanColumn(path, type), type };
  }

  #scanColumn(path: readonly string[], type: SqlType): number {
    const key = JSON.stringify(path);
    const index = this.#columns.findIndex((column) => JSON.stringify(column.path) === key);
    return index >= 0 ? index : this.#columns.push({ path, type }) - 1;
  }
}
