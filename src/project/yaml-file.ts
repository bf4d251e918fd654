/** A YAML file as plain data, with the place of every complaint named by its file, line and setting. */
import { readFileSync } from "node:fs";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { quickwaterError, type SourcePosition } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";

/** A number as JSON has it: what is written so keeps its digits. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export interface YamlText {
  readonly file: string;
  readonly text: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** One value of a file, and how to name it in a message. */
export class YamlValue {
  readonly source: YamlText;
  readonly path: string;
  /** Undefined where nothing is written. */
  readonly node: Node | undefined;
  /** Of a value that is missing: the line of what should hold it. */
  readonly #lineAround: number;

  constructor(source: YamlText, path: string, node: Node | null | undefined, lineAround: number) {
    this.source = source;
    this.path = path;
    this.node = (isAlias(node) ? node.resolve(source.document) : node) ?? undefined;
    this.#lineAround = lineAround;
  }

  get value(): unknown {
    return this.node?.toJS(this.source.document);
  }

  /** From 1. */
  get line(): number {
    const at = this.node?.range?.[0];
    return at === undefined ? this.#lineAround : this.source.lines.linePos(at).line;
  }

  get place(): string {
    return `${this.source.file}:${this.line}`;
  }

  refuse(expected: string, suggestion?: string) {
    const { value } = this;
    const found = value === undefined ? "missing" : JSON.stringify(value);
    return quickwaterError(
      "run.bad-setting",
      { file: this.place, setting: this.path || "the file", expected, found },
      { suggestion },
    );
  }

  /** Of a text of several lines the one that is wrong, from 0. */
  refuseLine(line: number, expected: string, found: string, suggestion?: string) {
    const isBlock = isScalar(this.node) && (this.node.type ?? "").startsWith("BLOCK");
    const file = `${this.source.file}:${this.line + (isBlock ? line + 1 : 0)}`;
    return quickwaterError("run.bad-setting", { file, setting: this.path, expected, found }, { suggestion });
  }

  /** Where in the file a place of the text is; where that cannot be told, where the text begins. */
  placeOf({ line, column, length }: SourcePosition): SourcePosition {
    const written = this.text().split("\n")[line - 1] ?? "";
    const isBlock = isScalar(this.node) && (this.node.type ?? "").startsWith("BLOCK");
    const at = this.line + (isBlock ? line : line - 1);
    const inFile = this.source.text.split("\n")[at - 1] ?? "";
    // A block is further in than its name, and what stands in one line may have a quote before it.
    const begin = inFile.indexOf(written);
    if (begin < 0) return { line: this.line, column: 1, offset: 0, length: 1 };
    const offset = (this.source.lines.lineStarts[at - 1] ?? 0) + begin + column - 1;
    return { line: at, column: begin + column, offset, length };
  }

  /** A value whose name in its mapping is not one of those that may stand there. */
  refuseName(expected: string, suggestion?: string) {
    const [, setting = "", name = ""] = /^(?:(.*)\.)?(.*)$/.exec(this.path) ?? [];
    const params = {
      file: this.place,
      setting: `a name in ${setting}`,
      expected,
      found: JSON.stringify(name),
    };
    return quickwaterError("run.bad-setting", params, { suggestion });
  }

  text(): string {
    const { value } = this;
    if (typeof value !== "string" || value === "") throw this.refuse("a text");
    return value;
  }

  number(min: number, max: number): number {
    const { value } = this;
    if (typeof value !== "number" || !(value >= min && value <= max)) {
      throw this.refuse(`a number from ${min} to ${max}`);
    }
    return value;
  }

  wholeNumber(min: number, max: number): number {
    const value = this.number(min, max);
    if (!Number.isInteger(value)) throw this.refuse(`a whole number from ${min} to ${max}`);
    return value;
  }

  list(): readonly YamlValue[] {
    const { node } = this;
    if (!isSeq(node)) throw this.refuse("a list");
    return node.items.map((item, index) => this.#inner(`${this.path}[${index}]`, item as Node));
  }

  /** The members of a mapping; a name that is not among `known` is refused, where they are given. */
  members(known?: readonly string[]): ReadonlyMap<string, YamlValue> {
    const { node } = this;
    if (!isMap(node)) {
      if (this.#isEmptyFile) return new Map();
      throw this.refuse("a mapping of names to values");
    }
    const members = new Map<string, YamlValue>();
    for (const { key, value } of node.items) {
      const name = String(isScalar(key) ? key.value : key);
      const setting = this.#settingOf(name);
      if (known !== undefined && !known.includes(name)) {
        const at = this.#inner(setting, key as Node).place;
        const suggestion = closestName(name, known);
        throw quickwaterError("run.unknown-setting", { file: at, setting }, { suggestion });
      }
      members.set(name, this.#inner(setting, value as Node | null));
    }
    return members;
  }

  /** A member that must be there. */
  member(name: string): YamlValue {
    return this.members().get(name) ?? this.#inner(this.#settingOf(name), undefined);
  }

  /** As JSON text; numbers keep the digits that they are written with. */
  json(): string {
    const { node } = this;
    if (isMap(node)) {
      const members = [...this.members()].map(([name, value]) => `${JSON.stringify(name)}:${value.json()}`);
      return `{${members.join(",")}}`;
    }
    if (isSeq(node)) return `[${this.list().map((item) => item.json())}]`;
    const { value } = this;
    if (typeof value !== "number") return JSON.stringify(value ?? null);
    const { source } = node as { readonly source?: string };
    if (source !== undefined && jsonNumber.test(source)) return source;
    if (!Number.isFinite(value)) throw this.refuse("a number that JSON has");
    return String(value);
  }

  get #isEmptyFile(): boolean {
    return this.path === "" && (this.value ?? null) === null;
  }

  #settingOf(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  #inner(path: string, node: Node | null | undefined): YamlValue {
    return new YamlValue(this.source, path, node, this.line);
  }
}

export function readYaml(file: string): YamlValue {
  return parseYaml(file, readText(file));
}

export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== "string" || !/^E[A-Z]+$/.test(code)) throw error;
    throw quickwaterError("run.unreadable-file", { path: file, reason: code }, { cause: error });
  }
}

/** `file` is how messages name it. */
export function parseYaml(file: string, text: string): YamlValue {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    const place = line === undefined ? file : `${file}:${line}`;
    const reason = (error.message.split("\n")[0] ?? "it is none").replace(/ at line .*$/, "");
    throw quickwaterError("run.no-yaml", { place, reason }, { cause: error });
  }
  return new YamlValue({ file, text, document, lines }, "", document.contents, 1);
}
