/**
 * Which columns of a row tell its event time, where that is computed: the log looks at them before a row is
 * taken, so that a clock that is wrong harms nobody. COALESCE and TO_TIMESTAMP_LTZ of columns are understood;
 * of any other expression nothing is said, and its times are taken as they are.
 */
import type { TimePart } from "../../catalog/catalog.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { isTimestamp, type SqlType } from "../../values/sql-type.ts";
import type { Expression } from "../parse/ast.ts";

export function timePartsOf(expression: Expression, physical: RowSchema): readonly TimePart[] {
  return partsOf(expression, physical, undefined).parts;
}

/** The columns that come first; `isWhole` where there is nothing behind them. */
interface Parts {
  readonly parts: readonly TimePart[];
  readonly isWhole: boolean;
}

const none: Parts = { parts: [], isWhole: false };

/** `unitMs` is what a number counts there, where it counts a time. */
function partsOf(expression: Expression, physical: RowSchema, unitMs: number | undefined): Parts {
  if (expression.kind === "ColumnReference") {
    const column = physical.columns.findIndex(({ name }) => name === expression.path[0]!.name);
    const type = physical.columns[column]?.type;
    if (type === undefined || expression.path.length > 1) return none;
    if (unitMs === undefined ? !isTimestamp(type) : !isWholeNumber(type)) return none;
    return { parts: [{ column, unitMs: unitMs ?? 1 }], isWhole: true };
  }
  if (expression.kind !== "FunctionCall") return none;
  const [first, second] = expression.arguments;
  switch (expression.name.name.toUpperCase()) {
    case "COALESCE":
      return firstOf(expression.arguments.map((each) => partsOf(each, physical, unitMs)));
    case "TO_TIMESTAMP_LTZ": {
      const unit = second?.kind === "NumberLiteral" ? { 0: 1000, 3: 1 }[second.text] : undefined;
      return first === undefined || unit === undefined || unitMs !== undefined
        ? none
        : partsOf(first, physical, unit);
    }
    default:
      return none;
  }
}

/** Behind what is not understood a column says nothing: the value may have come from before it. */
function firstOf(all: readonly Parts[]): Parts {
  const unknown = all.findIndex(({ isWhole }) => !isWhole);
  const known = unknown < 0 ? all : all.slice(0, unknown + 1);
  return { parts: known.flatMap(({ parts }) => parts), isWhole: unknown < 0 };
}

function isWholeNumber({ kind }: SqlType): boolean {
  return kind === "INT" || kind === "BIGINT";
}
