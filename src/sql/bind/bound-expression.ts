/**
 * Expressions after binding: names are positions, every node has its type, coercions are written out as
 * casts. Plain data that a thread can be sent. Two readers give it its meaning, the interpreter and the code
 * generator; the corpus runs through both.
 */
import type { ScalarFunctionName } from "../../functions/scalar/scalar-function.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";

export type { SqlValue } from "../../values/sql-value.ts";

export type BoundExpression =
  | { readonly kind: "InputColumn"; readonly index: number; readonly type: SqlType }
  | { readonly kind: "Literal"; readonly value: SqlValue; readonly type: SqlType }
  /** When the step that made the row come was appended, the only clock; or the watermark before the row. */
  | { readonly kind: "Clock"; readonly clock: "append time" | "watermark"; readonly type: SqlType }
  | {
      readonly kind: "Call";
      readonly function: ScalarFunctionName;
      readonly arguments: readonly BoundExpression[];
      readonly type: SqlType;
    }
  | {
      readonly kind: "Cast";
      readonly operand: BoundExpression;
      readonly type: SqlType;
      /** TRY_CAST: NULL where the value does not fit; CAST fails the row. */
      readonly safe: boolean;
    }
  | {
      readonly kind: "Case";
      readonly branches: readonly { readonly when: BoundExpression; readonly then: BoundExpression }[];
      readonly otherwise: BoundExpression;
      readonly type: SqlType;
    };
export type BoundExpressionKind = BoundExpression["kind"];
