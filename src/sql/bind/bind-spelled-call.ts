/** Functions that are spelled with words of their own: TRIM(LEADING 'x' FROM s), EXTRACT(DAY FROM ts). */
import type {
  DistinctPredicate,
  Expression,
  ExtractCall,
  OverlayCall,
  PositionCall,
  RoundToUnitCall,
  TimestampCall,
  TrimCall,
} from "../parse/ast.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call, word } from "./coerce.ts";

/** Binds an operand in the context of the call. */
type BindOperand = (node: Expression) => BoundExpression;

export function bindDistinct(node: DistinctPredicate, bind: BindOperand): BoundExpression {
  const label = "IS DISTINCT FROM";
  const distinct = call("IS_DISTINCT", [bind(node.left), bind(node.right)], label, node.position);
  return node.negated ? call("NOT", [distinct], label, node.position) : distinct;
}

export function bindTrim(node: TrimCall, bind: BindOperand): BoundExpression {
  const name = ({ BOTH: "BTRIM", LEADING: "LTRIM", TRAILING: "RTRIM" } as const)[node.side];
  const operands = [node.operand, ...(node.characters === undefined ? [] : [node.characters])].map(bind);
  return call(name, operands, "TRIM", node.position);
}

export function bindPosition(node: PositionCall, bind: BindOperand): BoundExpression {
  const parts = [node.searched, node.operand, ...(node.from === undefined ? [] : [node.from])];
  return call("POSITION", parts.map(bind), "POSITION", node.position);
}

export function bindOverlay(node: OverlayCall, bind: BindOperand): BoundExpression {
  const parts = [node.operand, node.replacement, node.from];
  if (node.length !== undefined) parts.push(node.length);
  return call("OVERLAY", parts.map(bind), "OVERLAY", node.position);
}

export function bindExtract(node: ExtractCall, bind: BindOperand): BoundExpression {
  const operand = bind(node.operand);
  const label = `EXTRACT(${node.unit} …)`;
  return call("EXTRACT", [word(node.unit), operand], label, node.position, [operand]);
}

export function bindRounding(node: RoundToUnitCall, bind: BindOperand): BoundExpression {
  const operand = bind(node.operand);
  const label = `${node.function}(… TO ${node.unit})`;
  return call(`${node.function}_TO`, [operand, word(node.unit)], label, node.position, [operand]);
}

export function bindTimestampCall(node: TimestampCall, bind: BindOperand): BoundExpression {
  // ODBC's names of the units are Flink's too.
  const unit = node.unit.replace(/^SQL_TSI_/, "");
  const operands = [bind(node.first), bind(node.second)];
  const label = `${node.function}(${unit}, …)`;
  return call(node.function, [word(unit), ...operands], label, node.position, operands);
}
