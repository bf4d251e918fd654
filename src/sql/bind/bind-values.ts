/** VALUES, and the one row that a SELECT without FROM reads. */
import { QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { commonType } from "../../functions/common-type.ts";
import type { ColumnSchema } from "../../values/row-schema.ts";
import { isCharacter, physicalOf, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { ValuesQuery } from "../parse/ast.ts";
import { project, values } from "../plan/build.ts";
import { evaluateConstant } from "../plan/evaluate.ts";
import { readsClock } from "../plan/expressions.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { bindExpression } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { coerce, literal, typeText } from "./coerce.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import type { BoundQuery } from "./environment.ts";
import { mayDependOnZone } from "./local-time.ts";
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
  const typed = bound.map((row) => row.map((value, index) => coerce(value, columns[index]!.type)));
  const computed = typed.map((row, place) =>
    row.map((value, index) => {
      // It is put there when the rows come.
      if (isSaidLater(value)) return zeroOf(value.type);
      return constant(value, rows[place]!.values[index]!.position);
    }),
  );
  const outputs = rows[0]!.values.map((written) => ({ position: written.position, isNamed: false }));
  const hasClocks = typed.some((row) => row.some(isSaidLater));
  return { plan: hasClocks ? withClocks(computed, typed, columns) : values(computed, columns), outputs };
}

/** Of the values that read a clock each is computed in its own row, which its number tells. */
function withClocks(
  computed: readonly (readonly SqlValue[])[],
  typed: readonly (readonly BoundExpression[])[],
  columns: readonly ColumnSchema[],
): LogicalPlan {
  const number: SqlType = { kind: "INT", nullable: false };
  const numbered = computed.map((row, place) => [...row, place]);
  const input = values(numbered, [...columns, { name: "NUMBER", type: number }]);
  const own: BoundExpression = { kind: "InputColumn", index: columns.length, type: number };
  const expressions = columns.map(({ type }, index): BoundExpression => {
    const branches = typed.flatMap((row, place) => {
      const isOwn = [own, literal(place, number)];
      const when: BoundExpression = { kind: "Call", function: "EQUALS", arguments: isOwn, type: boolean };
      return isSaidLater(row[index]!) ? [{ when, then: row[index]! }] : [];
    });
    const otherwise: BoundExpression = { kind: "InputColumn", index, type };
    return branches.length === 0 ? otherwise : { kind: "Case", branches, otherwise, type };
  });
  return project(
    input,
    expressions,
    columns.map(({ name }) => name),
  );
}

/** What a clock or the session's time zone says is no constant of the query. */
function isSaidLater(value: BoundExpression): boolean {
  return readsClock(value) || mayDependOnZone(value);
}

const boolean: SqlType = { kind: "BOOLEAN", nullable: false };

/** What stands where a clock will say the value. */
function zeroOf(type: SqlType): SqlValue {
  switch (physicalOf(type)) {
    case "u8":
      return false;
    case "i64":
    case "i128":
      return 0n;
    case "bytes":
      return isCharacter(type) ? "" : new Uint8Array(0);
    default:
      return 0;
  }
}

function constant(value: BoundExpression, position: SourcePosition): SqlValue {
  try {
    return evaluateConstant(value);
  } catch (error) {
    if (!(error instanceof QuickwaterError) || error.position !== undefined) throw error;
    throw new QuickwaterError(error.code, error.params, { position, cause: error });
  }
}
