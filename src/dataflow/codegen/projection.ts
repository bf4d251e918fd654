/**
 * A projection as one compiled function over a batch. Columns that are passed through stay in the input's
 * arena; as soon as one expression makes new bytes, the input's arena or the slices of it that are passed
 * through are copied into the kernel's own, because a batch has one arena only.
 */
import type { Operand } from "../../functions/scalar/scalar-function.ts";
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import { isCharacter, physicalOf } from "../../values/sql-type.ts";
import { ArenaSink } from "./arena-sink.ts";
import { compileFunction } from "./compile.ts";
import { ExpressionWriter } from "./expression-code.ts";
import type { ProjectionKernel } from "./kernels.ts";
import { carryRowFacts } from "./row-facts.ts";

export function compileProjection(expressions: readonly BoundExpression[]): ProjectionKernel {
  const writer = new ExpressionWriter();
  const operands = expressions.map((expression) => writer.write(expression));
  const makesBytes = operands.some(({ type, slice }) => physicalOf(type) === "bytes" && slice === undefined);
  const sink = makesBytes ? writer.constant(new ArenaSink()) : undefined;
  for (const [index, operand] of operands.entries()) writeOutput(writer, operand, index, sink);
  const carry = writer.constant(carryRowFacts);
  const text = `function projection(input, selection, count, output) {
${writer.prologue("input")}
${operands.map(outputLocals).join("\n")}
${sink === undefined ? "" : `${sink}.begin(arena, count);`}
for (let k = 0; k < count; k++) {
const row = selection[k];
${writer.body()}
}
output.arena = ${sink === undefined ? "arena" : `${sink}.bytes`};
${carry}(input, selection, count, output);
}`;
  return compileFunction<ProjectionKernel>(text, writer.constants);
}

function outputLocals(operand: Operand, index: number): string {
  const column = `output.columns[${index}]`;
  // Bits of the last batch are still there.
  const nulls = `const on${index} = ${column}.nulls; on${index}.fill(0, 0, (count + 7) >> 3);`;
  switch (physicalOf(operand.type)) {
    case "bytes":
      return `${nulls} const os${index} = ${column}.starts, ol${index} = ${column}.lengths;`;
    case "i128":
      return `${nulls} const oh${index} = ${column}.high, ol${index} = ${column}.low;`;
    default:
      return `${nulls} const ov${index} = ${column}.values;`;
  }
}

/** Where the value is NULL it is the zero of its lane, so that it is written all the same. */
function writeOutput(
  writer: ExpressionWriter,
  operand: Operand,
  index: number,
  sink: string | undefined,
): void {
  const { value, isNull, type } = operand;
  if (isNull !== "false") writer.line(`if (${isNull}) on${index}[k >> 3] |= 1 << (k & 7);`);
  switch (physicalOf(type)) {
    case "u8":
      writer.line(`ov${index}[k] = ${value} ? 1 : 0;`);
      return;
    case "i128":
      // The lanes take 64 bits each of the value, whatever its sign.
      writer.line(
        `oh${index}[k] = BigInt.asIntN(64, ${value} >> 64n); ol${index}[k] = BigInt.asUintN(64, ${value});`,
      );
      return;
    case "bytes":
      writeBytes(writer, operand, index, sink);
      return;
    default:
      writer.line(`ov${index}[k] = ${value};`);
  }
}

function writeBytes(
  writer: ExpressionWriter,
  operand: Operand,
  index: number,
  sink: string | undefined,
): void {
  const { slice, value, type } = operand;
  if (sink === undefined) {
    writer.line(`os${index}[k] = ${slice!.start}; ol${index}[k] = ${slice!.length};`);
    return;
  }
  if (slice !== undefined) {
    writer.line(`os${index}[k] = ${sink}.keep(arena, ${slice.start}, ${slice.length});`);
    writer.line(`ol${index}[k] = ${slice.length};`);
    return;
  }
  const append = isCharacter(type) ? `appendText(${value})` : `appendBytes(${value})`;
  writer.line(`os${index}[k] = ${sink}.${append}; ol${index}[k] = ${sink}.end - os${index}[k];`);
}
