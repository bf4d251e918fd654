/**
 * The decoder: from the bytes of JSON rows straight into columns, touching only the fields that queries
 * read. It is compiled for its columns. Rows were checked when they were taken in, so it looks for nothing
 * that is wrong, and it leaves a row as soon as it has the last field that it needs.
 *
 * Allocation: none a row, but for integers and decimals of more than 15 digits and for base64. Strings stay
 * where they lie; one with escapes is written over itself, so a step's bytes can be decoded once only. Where
 * a whole ROW, ARRAY or MAP is read, texts are copied beside it, because a batch has one arena.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { ScanColumn } from "../../sql/plan/logical-plan.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import { keyWithEscapes } from "../../values/json/key-match.ts";
import {
  readDecimalExact,
  readDecimalShort,
  readDouble,
  readInt,
  unescapeInPlace,
} from "../../values/json/read.ts";
import { passNumber, passStringForValue, passValue, skipSpace } from "../../values/json/scan.ts";
import {
  microsOfLastRead,
  readDate,
  readTime,
  readTimestamp,
  type TimeStyle,
} from "../../values/json/time-text.ts";
import { NestedSink } from "../../values/nested/nested-sink.ts";
import { settleKeys } from "../../values/nested/settle-keys.ts";
import { isBinary, isNested, physicalOf, type SqlType } from "../../values/sql-type.ts";
import { putBase64, putDecimal, putScalarText, putText, putWide, unpackBase64 } from "./decode-values.ts";
import { interpretDecoder } from "./interpret-decoder.ts";
import type { KernelMode } from "./kernels.ts";
import { NestedDecoderWriter } from "./nested-decoder.ts";
import { objectSource } from "./object-source.ts";

/** Rows as they lie in a step: row i from `rowEnds[i - 1]` (0 for the first) to `rowEnds[i]`. */
export interface RowBytes {
  readonly bytes: Uint8Array;
  readonly rowEnds: Int32Array;
}

/** Decodes rows `from` to `to` into the batch's rows from 0 on; columns have room for them. */
export type DecodeKernel = (rows: RowBytes, from: number, to: number, output: ColumnBatch) => void;

const runtime = {
  keyWithEscapes,
  microsOfLastRead,
  passNumber,
  passStringForValue,
  passValue,
  putBase64,
  putDecimal,
  putScalarText,
  putText,
  putWide,
  readDate,
  readDecimalExact,
  readDecimalShort,
  readDouble,
  readInt,
  readTime,
  readTimestamp,
  settleKeys,
  skipSpace,
  unescapeInPlace,
  unpackBase64,
};

/** Fields are marked as found in words of this many bits. */
const wordBits = 31;

/** The touched fields of one ROW level. */
interface FieldNode {
  readonly name: string;
  column: number | undefined;
  children: FieldNode[];
}

export function makeDecoder(
  columns: readonly ScanColumn[],
  style: TimeStyle,
  mode: KernelMode,
): DecodeKernel {
  return mode === "compiled" ? compileDecoder(columns, style) : interpretDecoder(columns, style);
}

function compileDecoder(columns: readonly ScanColumn[], style: TimeStyle): DecodeKernel {
  const writer = new DecoderWriter(columns, style);
  const source = writer.source();
  const names = Object.keys(runtime);
  const make = new Function(...names, "keyNames", "sink", `"use strict";\n${source}\nreturn decode;`);
  return make(...Object.values(runtime), writer.keyNames, new NestedSink()) as DecodeKernel;
}

class DecoderWriter {
  readonly #columns: readonly ScanColumn[];
  readonly #style: TimeStyle;
  /** Per ROW level that the code walks, the names of its touched fields. */
  readonly keyNames: string[][] = [];
  readonly #nested: NestedDecoderWriter;
  /** A batch has one arena: where a nested value is made, texts are copied beside it. */
  readonly #usesSink: boolean;

  constructor(columns: readonly ScanColumn[], style: TimeStyle) {
    this.#columns = columns;
    this.#style = style;
    this.#nested = new NestedDecoderWriter(style, this.keyNames);
    this.#usesSink = columns.some(({ type }) => isNested(type));
  }

  source(): string {
    const root = this.#tree();
    const level = root.length === 0 ? "" : this.#level(root, 0);
    return `${this.#nested.source()}
function decode(rows, from, to, output) {
  const bytes = rows.bytes, ends = rows.rowEnds;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  ${this.#columns.map((column, index) => columnLocals(column.type, index)).join("\n  ")}
  const bitBytes = (to - from + 7) >> 3;
  ${this.#columns.map((_, index) => `n${index}.fill(0, 0, bitBytes);`).join(" ")}
  let at = from === 0 ? 0 : ends[from - 1];
  ${this.#usesSink ? "sink.begin();" : ""}
  for (let row = 0; row < to - from; row++) {
    ${level}
    at = ends[from + row];
  }
  output.arena = ${this.#usesSink ? "sink.bytes" : "bytes"};
  output.rowCount = to - from;
}`;
  }

  #tree(): FieldNode[] {
    const root: FieldNode[] = [];
    this.#columns.forEach((column, index) => {
      let level = root;
      column.path.forEach((name, depth) => {
        let node = level.find((candidate) => candidate.name === name);
        if (node === undefined) {
          node = { name, column: undefined, children: [] };
          level.push(node);
        }
        if (depth === column.path.length - 1) {
          assert(node.column === undefined, `the field ${column.path.join(".")} is scanned twice`);
          node.column = index;
        }
        level = node.children;
      });
    });
    return root;
  }

  /**
   * Walks the object at `at`. A nested one is walked to its end, the outermost until nothing is left to
   * find.
   */
  #level(nodes: readonly FieldNode[], depth: number): string {
    const names = nodes.map((node) => node.name);
    const level = this.keyNames.push(names) - 1;
    const left = `left${depth}`;
    const found = (index: number) => `found${depth}w${Math.floor(index / wordBits)}`;
    const bit = (index: number) => 1 << (index % wordBits);
    const words = [...new Set(nodes.map((_, index) => found(index)))];
    const cases = nodes.map(
      (node, index) => `${found(index)} |= ${bit(index)}; ${left}--; ${this.#field(node, depth)}`,
    );
    const missing = nodes.map(
      (node, index) => `if ((${found(index)} & ${bit(index)}) === 0) { ${this.#nullAll(node)} }`,
    );
    const stop = depth === 0 ? `if (${left} === 0) break;` : "";
    return `let ${words.map((word) => `${word} = 0`).join(", ")}, ${left} = ${nodes.length};
    ${objectSource({ names, namesAs: `keyNames[${level}]`, cases, stop })}
    if (${left} !== 0) { ${missing.join(" ")} }`;
  }

  #field(node: FieldNode, depth: number): string {
    const onNull = `at += 4; ${this.#nullAll(node)}`;
    const whole = node.column === undefined ? "" : this.#value(node.column);
    const parts = node.children.length === 0 ? "" : `{ ${this.#level(node.children, depth + 1)} }`;
    // What is read whole and in part is walked twice.
    const both = `const from${depth} = at; { ${whole} } at = from${depth}; ${parts}`;
    const value = whole !== "" && parts !== "" ? both : whole + parts;
    return `if (bytes[at] === 110) { ${onNull} } else { ${value} }`;
  }

  #value(index: number): string {
    const { type } = this.#columns[index]!;
    if (this.#usesSink && physicalOf(type) === "bytes") {
      const write = isNested(type)
        ? `${this.#nested.functionFor(type)}(bytes, view, at)`
        : `${putterOf(type)}(sink, view, bytes, at)`;
      return `const begun = sink.end; at = ${write};
          s${index}[row] = begun; l${index}[row] = sink.end - begun;`;
    }
    return valueSource(type, index, this.#style);
  }

  /** NULL in the column of the field, and in those of all fields below it. */
  #nullAll({ column, children }: FieldNode): string {
    const below = children.map((child) => this.#nullAll(child));
    if (column === undefined) return below.join(" ");
    const own = `n${column}[row >> 3] |= 1 << (row & 7);`;
    return [own, zeroSource(this.#columns[column]!.type, column), ...below].join(" ");
  }
}

function putterOf(type: SqlType): string {
  return isBinary(type) ? "putBase64" : "putText";
}

function columnLocals(type: SqlType, index: number): string {
  const column = `output.columns[${index}]`;
  const nulls = `n${index} = ${column}.nulls`;
  switch (physicalOf(type)) {
    case "bytes":
      return `const s${index} = ${column}.starts, l${index} = ${column}.lengths, ${nulls};`;
    case "i128":
      return `const h${index} = ${column}.high, c${index} = ${column}.low, ${nulls};
  const w${index} = new Int32Array(c${index}.buffer, c${index}.byteOffset);
  const x${index} = new Int32Array(h${index}.buffer, h${index}.byteOffset);`;
    case "i64":
      return `const c${index} = ${column}.values, ${nulls};
  const w${index} = new Int32Array(c${index}.buffer, c${index}.byteOffset);`;
    default:
      return `const c${index} = ${column}.values, ${nulls};`;
  }
}

/** The place of a NULL holds zero, so that kernels may read it without a branch. */
function zeroSource(type: SqlType, index: number): string {
  switch (physicalOf(type)) {
    case "bytes":
      return `s${index}[row] = 0; l${index}[row] = 0;`;
    case "i128":
      return `c${index}[row] = 0n; h${index}[row] = 0n;`;
    case "i64":
      return `c${index}[row] = 0n;`;
    default:
      return `c${index}[row] = 0;`;
  }
}

function valueSource(type: SqlType, index: number, style: TimeStyle): string {
  const text = "const start = at + 1; at = Math.abs(passStringForValue(view, bytes, start));";
  switch (type.kind) {
    case "BOOLEAN":
      return `c${index}[row] = bytes[at] === 116 ? 1 : 0; at = passNumber(bytes, at);`;
    case "TINYINT":
    case "SMALLINT":
    case "INT":
      return `const start = at; at = passNumber(bytes, at); c${index}[row] = readInt(bytes, start, at);`;
    case "FLOAT":
      return `const start = at; at = passNumber(bytes, at);
          c${index}[row] = Math.fround(readDouble(bytes, start, at));`;
    case "DOUBLE":
      return `const start = at; at = passNumber(bytes, at); c${index}[row] = readDouble(bytes, start, at);`;
    case "BIGINT":
      return decimalSource(index, 0, false);
    case "DECIMAL":
      return decimalSource(index, type.scale, physicalOf(type) === "i128");
    case "CHAR":
    case "VARCHAR":
      return `const start = at + 1;
          at = passStringForValue(view, bytes, start);
          s${index}[row] = start;
          if (at < 0) { at = -at; l${index}[row] = unescapeInPlace(bytes, start, at - 1); }
          else l${index}[row] = at - 1 - start;`;
    case "BINARY":
    case "VARBINARY":
      return `${text} s${index}[row] = start; l${index}[row] = unpackBase64(bytes, start, at - 1);`;
    case "DATE":
      return `${text} c${index}[row] = readDate(bytes, start, at - 1);`;
    case "TIME":
      return `${text} c${index}[row] = readTime(bytes, start, at - 1);`;
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ": {
      const zone = type.kind === "TIMESTAMP" ? "none" : "required";
      const read = `readTimestamp(bytes, start, at - 1, "${style}", "${zone}")`;
      return type.precision <= 3
        ? `${text} c${index}[row] = ${read};`
        : `${text} c${index}[row] = BigInt(${read}) * 1000n + BigInt(microsOfLastRead());`;
    }
    default:
      return assert(false, `a column of type ${type.kind} has no lane`) as never;
  }
}

/** A number, or its digits as a string. */
function decimalSource(index: number, scale: number, wide: boolean): string {
  const exact = `readDecimalExact(bytes, start, stop, ${scale})`;
  const put = wide ? `putWide(w${index}, x${index}, row, value)` : `putDecimal(w${index}, row, value)`;
  const putExact = wide
    ? `c${index}[row] = BigInt.asUintN(64, exact); h${index}[row] = exact >> 64n;`
    : `c${index}[row] = exact;`;
  return `const quoted = bytes[at] === 34 ? 1 : 0;
          const start = at + quoted, stop = passNumber(bytes, start);
          at = stop + quoted;
          const value = readDecimalShort(bytes, start, stop, ${scale});
          if (value === value) ${put};
          else { const exact = ${exact}; ${putExact} }`;
}
