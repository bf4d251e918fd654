/** VALUES, and the one row that a SELECT without FROM reads. */
import { QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { commonType } from "../../functions/common-type.ts";
import type { ColumnSchema } from "../../values/row-schema.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { ValuesQuery } from "../parse/ast.ts";
import { values } from "../plan/build.ts";
import { evaluate } from "../plan/evaluate.ts";
import { bindExpression } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { coerce, typeText } from "./coerce.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import type { BoundQuery } from "./environment.ts";
import type { Relation } from "./relation.ts";
import { Scope } from "./scope.ts";

/** Its one column has no name, as Flink's has none that could be written. */
export const oneRow: Relation = {
  plan: values([[0]], [{ name: "ZERO", type: { kind: "INT", nullable: false } }]),
  columns: [],
};

/** Each value is computed here, once: it can read nothing. A column has the type that its values share. */
export function bindValues({ rows, position }: ValuesQuery): BoundQuery {
  const context = contextWithoutAggregates(new Scope(oneRow), "VALUES");
  const bound = rows.map((row) => row.values.map((written) => bindExpression(written, context)));
  const width = bound[0]!.length;
  const other = bound.findIndex((row) => row.length !== width);
  if (other >= 0) {
    const params = { left: width, right: bound[other]!.length };
    throw quickwaterError("sql.values-columns", params, { position: rows[other]!.position });
  }
  const columns = bound[0]!.map((_, index): ColumnSchema => {
    const column = bound.map((row) => row[index]!);
    const untyped = column.findIndex(({ type }) => type.kind === "NULL");
    if (untyped >= 0) {
      throw quickwaterError("sql.untyped-null", {}, { position: rows[untyped]!.values[index]!.position });
    }
    const type = commonType(column.map((value) => value.type));
    if (type !== undefined) return { name: `EXPR$${index}`, type };
    const types = [...new Set(column.map((value) => typeText(value.type)))].join(", ");
    const params = { what: `values of column ${index + 1}`, types };
    throw quickwaterError("sql.no-common-type", params, { position });
  });
  const computed = bound.map((row, place) =>
    row.map((value, index) =>
      constant(coerce(value, columns[index]!.type), rows[place]!.values[index]!.position),
    ),
  );
  const outputs = rows[0]!.values.map((written) => ({ position: written.position, isNamed: false }));
  return { plan: values(computed, columns), outputs };
}

function constant(value: BoundExpression, position: SourcePosition): SqlValue {
  try {
    return evaluate(value, () => null);
  } catch (error) {
    if (!(error instanceof QuickwaterError) || error.position !== undefined) throw error;
    throw new QuickwaterError(error.code, error.params, { position, cause: error });
  }
}
