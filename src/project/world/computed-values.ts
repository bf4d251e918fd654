/** Values that follow from others. */
import type { ArithmeticOperator, ValueSpec, ValueType } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { readCount } from "./drawn-values.ts";
import { complaint, type Surroundings } from "./names.ts";
import { commonValues, notNumber } from "./numbers.ts";
import { followPath } from "./path.ts";
import { readCondition } from "./read-condition.ts";
import type { ReadKind, ReadValue } from "./read-value.ts";
import { readTemplate } from "./template.ts";
import { finenessOf, finer, integer, memberWithin, numberType, rescaled } from "./value-types.ts";

const scaleMax = 15;

export const computedKinds = {
  get: (at, around) => followPath(at, at.text(), around),
  text: (at, around) => readTemplate(at, around),
  row: readRow,
  array: readArray,
  list: readList,
  add: (at, around, read) => arithmetic("add", at, around, read),
  subtract: (at, around, read) => arithmetic("subtract", at, around, read),
  multiply: (at, around, read) => arithmetic("multiply", at, around, read),
  least: (at, around, read) => arithmetic("least", at, around, read),
  greatest: (at, around, read) => arithmetic("greatest", at, around, read),
  round: readRound,
  if: readIf,
  elapsed: readElapsed,
} satisfies Record<string, ReadKind>;

export function readRow(at: YamlValue, around: Surroundings, read: ReadValue): ValueSpec {
  const names: (readonly [string, ValueType])[] = [];
  const fields: ValueSpec[] = [];
  for (const [name, written] of at.members()) {
    const field = read(written, around);
    refuseMembers(written, field, around);
    names.push([name, field.type]);
    fields.push(field);
  }
  return { kind: "row", type: { kind: "row", fields: names }, fields };
}

function readArray(at: YamlValue, around: Surroundings, read: ReadValue): ValueSpec {
  at.members(["of", "count"]);
  const of = read(at.member("of"), around);
  refuseMembers(at.member("of"), of, around);
  const count = readCount(at.member("count"), around, read);
  return { kind: "array", type: { kind: "array", of: of.type }, of, count };
}

function readList(at: YamlValue, around: Surroundings, read: ReadValue): ValueSpec {
  const written = at.list();
  if (written.length === 0) throw at.refuse("at least one value");
  const items = written.map((each) => {
    const item = read(each, around);
    refuseMembers(each, item, around);
    return item;
  });
  const { type, values } = commonValues(at, items, around);
  return { kind: "list", type: { kind: "array", of: type }, items: values };
}

/** A member is many fields, of which none is its text. */
function refuseMembers(at: YamlValue, { type }: ValueSpec, { world }: Surroundings): void {
  const member = memberWithin(type);
  if (member?.kind !== "member") return;
  const { name, fields } = world.entities[member.entity]!;
  const example = fields[0] === undefined ? "" : `, such as .${fields[0].name}`;
  throw complaint(at, `it is a member of ${name}: name one of its fields${example}`);
}

function arithmetic(
  operator: ArithmeticOperator,
  at: YamlValue,
  around: Surroundings,
  read: ReadValue,
): ValueSpec {
  const written = at.list();
  if (written.length < 2) throw at.refuse("at least two values");
  const operands = written.map((each) => {
    const operand = read(each, around);
    if (finenessOf(operand.type) === undefined) throw notNumber(each, operand, around);
    return operand;
  });
  const parts = operands.map(({ type }) => finenessOf(type)!);
  const isExact = !parts.includes("double");
  if (operator === "multiply" && isExact) {
    const scale = parts.reduce<number>((sum, part) => sum + (part as number), 0);
    if (scale > scaleMax)
      throw complaint(at, `its result has ${scale} digits, more than ${scaleMax}; round first`);
    return { kind: "arithmetic", type: numberType(scale), operator, operands };
  }
  const fineness = parts.reduce(finer);
  const same = operands.map((operand) => rescaled(operand, fineness));
  return { kind: "arithmetic", type: numberType(fineness), operator, operands: same };
}

function readRound(at: YamlValue, around: Surroundings, read: ReadValue): ValueSpec {
  at.members(["value", "scale"]);
  const value = read(at.member("value"), around);
  if (finenessOf(value.type) === undefined) throw notNumber(at.member("value"), value, around);
  return rescaled(value, at.member("scale").wholeNumber(0, 9));
}

function readIf(at: YamlValue, around: Surroundings, read: ReadValue): ValueSpec {
  at.members(["when", "then", "else"]);
  const when = readCondition(at.member("when"), around, read);
  const branches = [at.member("then"), at.member("else")].map((each) => read(each, around));
  const { type, values } = commonValues(at, branches, around);
  return { kind: "if", type, when, then: values[0]!, otherwise: values[1]! };
}

function readElapsed(at: YamlValue, around: Surroundings): ValueSpec {
  const since = followPath(at, at.text(), around);
  if (since.type.kind !== "time") throw complaint(at, "it must name what held { now: true }");
  return { kind: "elapsed", type: integer, since };
}
