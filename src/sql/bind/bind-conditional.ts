/**
 * CASE and what is short for it: COALESCE, NULLIF, IF, IFNULL become CASE here, so that there is one way in
 * which a branch that is not taken is not evaluated.
 */
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { commonType } from "../../functions/common-type.ts";
import { isNested, type SqlType, withNullable } from "../../values/sql-type.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call, coerce, typeText } from "./coerce.ts";

type Branch = { readonly when: BoundExpression; readonly then: BoundExpression };
type Conditional = (
  given: readonly BoundExpression[],
  position: SourcePosition,
) => BoundExpression | undefined;

export const untypedNull: BoundExpression = {
  kind: "Literal",
  value: null,
  type: { kind: "NULL", nullable: true },
};

/** What each takes, and what it stands for. */
export const conditionals: ReadonlyMap<string, { readonly takes: string; readonly bind: Conditional }> =
  new Map([
    ["COALESCE", { takes: "values of one type", bind: coalesce }],
    [
      "IFNULL",
      {
        takes: "two values of one type",
        bind: (given, position) => (given.length === 2 ? coalesce(given, position) : undefined),
      },
    ],
    [
      "NULLIF",
      {
        takes: "two values that can be compared",
        bind: ([left, right, ...more], position) => {
          if (left === undefined || right === undefined || more.length > 0) return undefined;
          const when = call("EQUALS", [left, right], "=", position);
          return caseOf([{ when, then: untypedNull }], left, position);
        },
      },
    ],
    [
      "IF",
      {
        takes: "a BOOLEAN and two values of one type that is no ROW, ARRAY or MAP",
        bind: ([when, then, otherwise, ...more], position) => {
          if (when?.type.kind !== "BOOLEAN" || then === undefined || otherwise === undefined)
            return undefined;
          if (more.length > 0) return undefined;
          const chosen = caseOf([{ when, then }], otherwise, position);
          if (isNested(chosen.type)) return undefined;
          // Flink lets a condition that may be NULL make the answer nullable, which CASE does not.
          const nullable = chosen.type.nullable || when.type.nullable;
          return { ...chosen, type: withNullable(chosen.type, nullable) } as BoundExpression;
        },
      },
    ],
  ] as const satisfies readonly (readonly [string, { takes: string; bind: Conditional }])[]);

export function caseOf(
  branches: readonly Branch[],
  otherwise: BoundExpression,
  position: SourcePosition,
): BoundExpression {
  const results = [...branches.map(({ then }) => then), otherwise];
  const type = commonBranch(results, commonOf(results, "branches of CASE", position));
  return {
    kind: "Case",
    branches: branches.map(({ when, then }) => ({ when, then: coerce(then, type) })),
    otherwise: coerce(otherwise, type),
    type,
  };
}

/** Of FLOAT and DOUBLE branches the first decides, as Flink has it for CASE and nothing else. */
function commonBranch(results: readonly BoundExpression[], common: SqlType): SqlType {
  const first = results.find(({ type }) => type.kind === "FLOAT" || type.kind === "DOUBLE");
  const isExact = results.some(({ type }) => type.kind === "DECIMAL");
  return first === undefined || isExact ? common : withNullable(first.type, common.nullable);
}

export function coalesce(
  given: readonly BoundExpression[],
  position: SourcePosition,
): BoundExpression | undefined {
  if (given.length === 0) return undefined;
  // What cannot be NULL ends the list; what follows it can never be the answer.
  const firstSure = given.findIndex(({ type }) => !type.nullable);
  const relevant = firstSure < 0 ? given : given.slice(0, firstSure + 1);
  const type = { ...commonOf(given, "arguments of COALESCE", position), nullable: firstSure < 0 } as SqlType;
  const branches = relevant.slice(0, -1).map((value) => ({
    when: call("IS_NOT_NULL", [value], "IS NOT NULL", position),
    then: coerce(value, type),
  }));
  const otherwise = coerce(relevant.at(-1)!, type);
  return branches.length === 0 ? otherwise : { kind: "Case", branches, otherwise, type };
}

function commonOf(values: readonly BoundExpression[], what: string, position: SourcePosition): SqlType {
  const type = commonType(values.map((value) => value.type));
  if (type !== undefined) return type;
  if (values.every((value) => value.type.kind === "NULL"))
    throw quickwaterError("sql.untyped-null", {}, { position });
  const types = values.map((value) => typeText(value.type)).join(", ");
  throw quickwaterError("sql.no-common-type", { what, types }, { position });
}
