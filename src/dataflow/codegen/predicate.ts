/** A predicate as one compiled function over a batch. It allocates nothing a row, but for BIGINT values. */
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import { compileFunction } from "./compile.ts";
import { ExpressionWriter } from "./expression-code.ts";
import type { PredicateKernel } from "./kernels.ts";

export function compilePredicate(predicate: BoundExpression): PredicateKernel {
  const writer = new ExpressionWriter();
  const { value } = writer.write(predicate);
  // A NULL has the value false: only TRUE stays in.
  writer.line(`if (${value}) selection[kept++] = row;`);
  const text = `function predicate(batch, selection, count) {
${writer.prologue("batch")}
let kept = 0;
for (let k = 0; k < count; k++) {
const row = selection[k];
${writer.body()}
}
return kept;
}`;
  return compileFunction<PredicateKernel>(text, writer.constants);
}
