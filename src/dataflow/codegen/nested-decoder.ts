/**
 * The part of the compiled decoder that writes whole ROW, ARRAY and MAP values: one function for each such
 * type, which takes the place of a JSON value and answers the place behind it. It writes straight from the
 * JSON bytes into `sink` (`values/nested/nested-sink.ts`). Fields of a ROW come in any order and are written
 * in that of the type: their places are found first.
 */
import type { TimeStyle } from "../../values/json/time-text.ts";
import { isNested, type NestedType, physicalOf, type SqlType, takesScalars } from "../../values/sql-type.ts";
import { objectSource } from "./object-source.ts";

export class NestedDecoderWriter {
  readonly #style: TimeStyle;
  readonly #keyNames: string[][];
  readonly #functions: string[] = [];

  /** Names of fields are added to `keyNames`, under which the code finds them. */
  constructor(style: TimeStyle, keyNames: string[][]) {
    this.#style = style;
    this.#keyNames = keyNames;
  }

  get isEmpty(): boolean {
    return this.#functions.length === 0;
  }

  source(): string {
    return this.#functions.join("\n");
  }

  /** The name of the function that writes a whole value of the type. */
  functionFor(type: NestedType): string {
    const body = this.#body(type);
    const name = `nested${this.#functions.length}`;
    this.#functions.push(`function ${name}(bytes, view, at) {\n${body}\n}`);
    return name;
  }

  #body(type: NestedType): string {
    switch (type.kind) {
      case "ROW":
        return this.#row(type);
      case "ARRAY":
        return `const place = sink.openCount();
  let count = 0;
  if (bytes[++at] <= 32) at = skipSpace(bytes, at);
  if (bytes[at] === 93) at++;
  else for (;;) {
    ${this.#value(type.element)}
    count++;
    if (bytes[at] <= 32) at = skipSpace(bytes, at);
    if (bytes[at++] === 93) break;
    if (bytes[at] <= 32) at = skipSpace(bytes, at);
  }
  sink.setCount(place, count);
  return at;`;
      case "MAP":
        return `const place = sink.openCount();
  let count = 0;
  if (bytes[++at] <= 32) at = skipSpace(bytes, at);
  if (bytes[at] === 125) at++;
  else for (;;) {
    ${this.#value(type.key)}
    if (bytes[at] !== 58) at = skipSpace(bytes, at);
    if (bytes[++at] <= 32) at = skipSpace(bytes, at);
    ${takesScalars(type) ? orNull(partSource("putScalarText")) : this.#value(type.value)}
    count++;
    if (bytes[at] <= 32) at = skipSpace(bytes, at);
    if (bytes[at++] === 125) break;
    if (bytes[at] <= 32) at = skipSpace(bytes, at);
  }
  sink.setCount(place, count);
  if (count > 1) settleKeys(sink, place, ${JSON.stringify(type)});
  return at;`;
    }
  }

  #row({ fields }: Extract<NestedType, { kind: "ROW" }>): string {
    const names = fields.map(({ name }) => name);
    const namesAs = `keyNames[${this.#keyNames.push(names) - 1}]`;
    const cases = names.map((_, index) => `p${index} = at; at = passValue(view, bytes, at);`);
    const writes = fields.map(
      ({ type }, index) => `if (p${index} < 0) sink.putNull(); else { at = p${index}; ${this.#value(type)} }`,
    );
    return `let ${names.map((_, index) => `p${index} = -1`).join(", ")};
  ${objectSource({ names, namesAs, cases, stop: "" })}
  const behind = at;
  ${writes.join("\n  ")}
  return behind;`;
  }

  /** Writes the value at `at`, and leaves `at` behind it. */
  #value(type: SqlType): string {
    return orNull(this.#present(type));
  }

  #present(type: SqlType): string {
    const number = "const start = at; at = passNumber(bytes, at);";
    const text = "const start = at + 1; at = Math.abs(passStringForValue(view, bytes, start));";
    if (isNested(type)) {
      const write = this.functionFor(type);
      return `const begun = sink.open(); at = ${write}(bytes, view, at); sink.close(begun);`;
    }
    switch (type.kind) {
      case "BOOLEAN":
        return "sink.putU8(bytes[at] === 116 ? 1 : 0); at = passNumber(bytes, at);";
      case "FLOAT":
        return `${number} sink.putF64(Math.fround(readDouble(bytes, start, at)));`;
      case "DOUBLE":
        return `${number} sink.putF64(readDouble(bytes, start, at));`;
      case "BIGINT":
      case "DECIMAL": {
        const scale = type.kind === "DECIMAL" ? type.scale : 0;
        const put = physicalOf(type) === "i128" ? "putI128" : "putI64";
        return `const quoted = bytes[at] === 34 ? 1 : 0;
          const start = at + quoted, stop = passNumber(bytes, start);
          at = stop + quoted;
          const short = readDecimalShort(bytes, start, stop, ${scale});
          sink.${put}(short === short ? BigInt(short) : readDecimalExact(bytes, start, stop, ${scale}));`;
      }
      case "CHAR":
      case "VARCHAR":
        return partSource("putText");
      case "BINARY":
      case "VARBINARY":
        return partSource("putBase64");
      case "DATE":
        return `${text} sink.putI32(readDate(bytes, start, at - 1));`;
      case "TIME":
        return `${text} sink.putI32(readTime(bytes, start, at - 1));`;
      case "TIMESTAMP":
      case "TIMESTAMP_LTZ": {
        const zone = type.kind === "TIMESTAMP" ? "none" : "required";
        const read = `readTimestamp(bytes, start, at - 1, "${this.#style}", "${zone}")`;
        return type.precision <= 3
          ? `${text} sink.putF64(${read});`
          : `${text} sink.putI64(BigInt(${read}) * 1000n + BigInt(microsOfLastRead()));`;
      }
      default:
        return `${number} sink.putI32(readInt(bytes, start, at));`;
    }
  }
}

function orNull(present: string): string {
  return `if (bytes[at] === 110) { sink.putNull(); at += 4; } else { ${present} }`;
}

/** A text or bytes, as one of the functions of `decode-values.ts` appends them. */
function partSource(put: string): string {
  return `const begun = sink.open(); at = ${put}(sink, view, bytes, at); sink.close(begun);`;
}
