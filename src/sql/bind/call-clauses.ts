/** Words in a call that mean nothing to Flink: DISTINCT of a function, NULLS and WITHIN GROUP. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { FunctionCall } from "../parse/ast.ts";

export function refuseCallClauses(call: FunctionCall, isAggregate: boolean): void {
  const { nulls, distinct, withinGroup, position } = call;
  const name = call.name.name.toUpperCase();
  const refuse = (rule: string, at = position) => {
    throw quickwaterError("sql.not-flink", { rule, instead: "Leave it out." }, { position: at });
  };
  if (distinct && !isAggregate) refuse(`${name} is no aggregate: it has no DISTINCT`);
  if (nulls !== undefined && name !== "ARRAY_AGG") {
    const reason =
      name === "LAG" ? "counts every row, whatever it says" : "leaves NULLs out, and cannot be told";
    refuse(`In Flink ${name} ${reason}: ${nulls} NULLS has no meaning`);
  }
  const [first] = withinGroup;
  if (first !== undefined)
    refuse(`In Flink ${name} takes values as they come: it has no WITHIN GROUP`, first.position);
}
