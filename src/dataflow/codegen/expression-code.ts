/**
 * Bound expressions as JavaScript statements over one row. Each value is a local with a local NULL flag
 * beside it; where the flag is set the value is the zero of its lane, so that what follows may use it without
 * a branch.
 *
 * Texts stay where they lie, as (arena, start, length), until somebody needs a JavaScript string. Branches
 * that are not taken are not evaluated: AND, OR and CASE become labelled blocks that are left when the answer
 * is known.
 */

import { assert } from "../../errors/quickwater-error.ts";
import { casterOf, castMayOverflow, isSameLane } from "../../functions/scalar/cast.ts";
import { settlingValue } from "../../functions/scalar/logic.ts";
import { scalarFunction } from "../../functions/scalar/registry.ts";
import type { Operand } from "../../functions/scalar/scalar-function.ts";
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import { powerOfTen } from "../../values/decimal.ts";
import { isCharacter, isInteger, physicalOf, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { readUtf8 } from "../../values/utf8.ts";
import { constantName } from "./compile.ts";
import { type PartWriter, writeNestedPart } from "./nested-part-code.ts";

type CallExpression = Extract<BoundExpression, { kind: "Call" }>;
type ClockExpression = Extract<BoundExpression, { kind: "Clock" }>;
type CastExpression = Extract<BoundExpression, { kind: "Cast" }>;
type CaseExpression = Extract<BoundExpression, { kind: "Case" }>;

const never = "false";
const emptyBytes = new Uint8Array(0);

export class ExpressionWriter implements PartWriter {
  readonly constants: unknown[] = [];
  readonly #columns = new Map<number, SqlType>();
  readonly #clocks = new Set<ClockExpression["clock"]>();
  #lines: string[] = [];
  #locals = 0;

  constant(value: unknown): string {
    const known = this.constants.indexOf(value);
    return constantName(known >= 0 ? known : this.constants.push(value) - 1);
  }

  /** Adds a statement of the caller's own behind those that were written. */
  line(text: string): void {
    this.#lines.push(text);
  }

  /** Before the loop: the arrays of the columns that are read, as locals. */
  prologue(batch: string): string {
    const lines = [`const arena = ${batch}.arena;`];
    if (this.#clocks.has("append time")) lines.push(`const appendTimeMs = ${batch}.cause.appendTimeMs;`);
    if (this.#clocks.has("watermark")) lines.push(`const watermarks = ${batch}.watermarksMs;`);
    for (const [index, type] of this.#columns) {
      lines.push(`const c${index} = ${batch}.columns[${index}];`, ...arrayLocals(index, type));
    }
    return lines.join("\n");
  }

  /** In the loop, where `row` is the row's number: the values of the columns, then what was written. */
  body(): string {
    const loads = [...this.#columns].flatMap(([index, type]) => columnLoads(index, type));
    return [...loads, ...this.#lines].join("\n");
  }

  /** Writes what computes the expression; the operand says where it is found. */
  write(expression: BoundExpression): Operand {
    switch (expression.kind) {
      case "InputColumn":
        return this.#column(expression.index, expression.type);
      case "Literal":
        return this.#literal(expression.value, expression.type);
      case "Clock":
        return this.#clock(expression);
      case "Call":
        return this.#call(expression);
      case "Cast":
        return this.#cast(expression);
      case "Case":
        return this.#case(expression);
    }
  }

  local(): number {
    return this.#locals++;
  }

  sliceReader(type: SqlType): string {
    return this.constant(isCharacter(type) ? readText : readBytes);
  }

  #column(index: number, type: SqlType): Operand {
    this.#columns.set(index, type);
    const isNull = type.nullable ? `n${index}_` : never;
    if (physicalOf(type) !== "bytes") return { type, value: `v${index}_`, isNull };
    const slice = { arena: "arena", start: `s${index}_`, length: `l${index}_` };
    const value = `${this.sliceReader(type)}(arena, ${slice.start}, ${slice.length})`;
    return { type, value, isNull, slice };
  }

  #clock({ clock, type }: ClockExpression): Operand {
    this.#clocks.add(clock);
    if (clock === "append time") return { type, value: "appendTimeMs", isNull: never };
    const at = this.local();
    this.line(`const n${at} = watermarks === null || watermarks[row] === -Infinity;`);
    this.line(`const v${at} = n${at} ? 0 : watermarks[row];`);
    return { type, value: `v${at}`, isNull: `n${at}` };
  }

  #literal(value: SqlValue, type: SqlType): Operand {
    if (value === null) return { type, value: this.#zero(type), isNull: "true", literal: null };
    return { type, value: this.#literalText(value), isNull: never, literal: value };
  }

  #literalText(value: Exclude<SqlValue, null>): string {
    switch (typeof value) {
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0) ? `(${value})` : this.constant(value);
      case "bigint":
        return `(${value}n)`;
      case "boolean":
        return String(value);
      case "string":
        return JSON.stringify(value);
      default:
        return this.constant(value);
    }
  }

  #zero(type: SqlType): string {
    switch (physicalOf(type)) {
      case "u8":
        return "false";
      case "i64":
      case "i128":
        return "0n";
      case "bytes":
        return isCharacter(type) ? '""' : this.constant(emptyBytes);
      default:
        return "0";
    }
  }

  #call(expression: CallExpression): Operand {
    const { function: name, type } = expression;
    if (name === "AND" || name === "OR") return this.#connective(name, expression);
    const scalar = scalarFunction(name);
    const operands = expression.arguments.map((argument) => this.write(argument));
    if (name === "FIELD" || name === "ITEM") {
      const part = writeNestedPart(this, operands, type);
      if (part !== undefined) return part;
    }
    const text = scalar.emit(operands, type, this);
    if (scalar.nulls === "strict") return this.#strict(operands, text, type, scalar.overflows === true);
    const at = this.local();
    if (!type.nullable) {
      this.line(`const v${at} = ${text};`);
      return { type, value: `v${at}`, isNull: never };
    }
    this.line(`let v${at} = ${text}; const n${at} = v${at} === null;`);
    this.line(`if (n${at}) v${at} = ${this.#zero(type)};`);
    return { type, value: `v${at}`, isNull: `n${at}` };
  }

  /**
   * A value that is NULL where an operand is, and where the text answers null although it may (`overflows`).
   */
  #strict(operands: readonly Operand[], text: string, type: SqlType, overflows: boolean): Operand {
    const at = this.local();
    const [value, flag] = [`v${at}`, `n${at}`];
    const flags = [...new Set(operands.map(({ isNull }) => isNull))].filter((isNull) => isNull !== never);
    const mayOverflow = overflows && type.nullable;
    if (flags.length === 0 && !mayOverflow) {
      this.line(`const ${value} = ${text};`);
      return { type, value, isNull: never };
    }
    const zero = this.#zero(type);
    this.line(`let ${value} = ${zero}, ${flag} = ${flags.length === 0 ? never : flags.join(" || ")};`);
    this.line(`if (!${flag}) {`);
    this.line(`${value} = ${text};`);
    if (mayOverflow) this.line(`if (${value} === null) { ${value} = ${zero}; ${flag} = true; }`);
    this.line("}");
    return { type, value, isNull: flag };
  }

  #connective(name: "AND" | "OR", expression: CallExpression): Operand {
    const at = this.local();
    const [value, flag, label] = [`v${at}`, `n${at}`, `L${at}`];
    const settling = settlingValue[name];
    this.line(`let ${value} = ${!settling}, ${flag} = false;`);
    this.line(`${label}: {`);
    for (const argument of expression.arguments) {
      const operand = this.write(argument);
      const isKnown = operand.isNull === never ? "" : `!${operand.isNull} && `;
      const settles = settling ? operand.value : `!${operand.value}`;
      this.line(`if (${isKnown}${settles}) { ${value} = ${settling}; ${flag} = false; break ${label}; }`);
      if (operand.isNull !== never) this.line(`if (${operand.isNull}) ${flag} = true;`);
    }
    this.line("}");
    this.line(`if (${flag}) ${value} = false;`);
    return { type: expression.type, value, isNull: flag };
  }

  #case(expression: CaseExpression): Operand {
    const { type } = expression;
    const at = this.local();
    const [value, flag, label] = [`v${at}`, `n${at}`, `L${at}`];
    this.line(`let ${value} = ${this.#zero(type)}, ${flag} = false;`);
    this.line(`${label}: {`);
    for (const { when, then } of expression.branches) {
      // A condition that is NULL has the value false.
      const condition = this.write(when);
      this.line(`if (${condition.value}) {`);
      this.#assign(this.write(then), value, flag);
      this.line(`break ${label};`);
      this.line("}");
    }
    this.#assign(this.write(expression.otherwise), value, flag);
    this.line("}");
    return { type, value, isNull: type.nullable ? flag : never };
  }

  #assign(operand: Operand, value: string, flag: string): void {
    this.line(`${value} = ${operand.value};`);
    if (operand.isNull !== never) this.line(`${flag} = ${operand.isNull};`);
  }

  #cast(expression: CastExpression): Operand {
    const { type, safe } = expression;
    const operand = this.write(expression.operand);
    const from = operand.type;
    if (isSameLane(from, type)) return { ...operand, type };
    const inline = safe ? undefined : inlineCast(operand, type);
    if (inline !== undefined) return this.#strict([operand], inline, type, false);
    const cast = casterOf(from, type, safe);
    assert(cast !== undefined, "the binder let a cast through that does not exist");
    const mayOverflow = safe || castMayOverflow(from, type);
    return this.#strict([operand], `${this.constant(cast)}(${operand.value})`, type, mayOverflow);
  }
}

/** Casts that cannot fail and lose nothing, written out because they stand in hot loops. */
function inlineCast(operand: Operand, to: SqlType): string | undefined {
  const { type: from, value } = operand;
  if (!isInteger(from)) return undefined;
  const isNarrow = from.kind !== "BIGINT";
  switch (to.kind) {
    case "BIGINT":
      return isNarrow ? `BigInt(${value})` : undefined;
    case "SMALLINT":
      return from.kind === "TINYINT" ? value : undefined;
    case "INT":
      return isNarrow ? value : undefined;
    case "DOUBLE":
      return isNarrow ? value : `Number(${value})`;
    case "DECIMAL": {
      if (castMayOverflow(from, to)) return undefined;
      const wide = isNarrow ? `BigInt(${value})` : value;
      return to.scale === 0 ? wide : `${wide} * ${powerOfTen(to.scale)}n`;
    }
    default:
      return undefined;
  }
}

function arrayLocals(index: number, type: SqlType): string[] {
  const column = `c${index}`;
  const nulls = type.nullable ? [`const b${index} = ${column}.nulls;`] : [];
  switch (physicalOf(type)) {
    case "bytes":
      return [...nulls, `const cs${index} = ${column}.starts, cl${index} = ${column}.lengths;`];
    case "i128":
      return [...nulls, `const ch${index} = ${column}.high, cl${index} = ${column}.low;`];
    default:
      return [...nulls, `const cv${index} = ${column}.values;`];
  }
}

function columnLoads(index: number, type: SqlType): string[] {
  const nulls = type.nullable ? [`const n${index}_ = ((b${index}[row >> 3] >> (row & 7)) & 1) === 1;`] : [];
  switch (physicalOf(type)) {
    case "u8":
      return [...nulls, `const v${index}_ = cv${index}[row] === 1;`];
    case "bytes":
      return [...nulls, `const s${index}_ = cs${index}[row], l${index}_ = cl${index}[row];`];
    case "i128":
      return [...nulls, `const v${index}_ = (ch${index}[row] << 64n) | cl${index}[row];`];
    default:
      return [...nulls, `const v${index}_ = cv${index}[row];`];
  }
}

function readText(arena: Uint8Array, start: number, length: number): string {
  return readUtf8(arena, start, start + length);
}

function readBytes(arena: Uint8Array, start: number, length: number): Uint8Array {
  return arena.subarray(start, start + length);
}
