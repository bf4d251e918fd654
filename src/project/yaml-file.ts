/** A YAML file as plain data, with the place of every complaint named by its file and setting. */
import { readFileSync } from "node:fs";
import { parse, YAMLParseError } from "yaml";
import { quickwaterError } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";

/** One value of a file, and how to name it in a message. */
export class YamlValue {
  readonly file: string;
  readonly path: string;
  readonly value: unknown;

  constructor(file: string, path: string, value: unknown) {
    this.file = file;
    this.path = path;
    this.value = value;
  }

  refuse(expected: string) {
    const found = this.value === undefined ? "missing" : JSON.stringify(this.value);
    return quickwaterError("run.bad-setting", {
      file: this.file,
      setting: this.path || "the file",
      expected,
      found,
    });
  }

  text(): string {
    if (typeof this.value !== "string" || this.value === "") throw this.refuse("a text");
    return this.value;
  }

  number(min: number, max: number): number {
    if (typeof this.value !== "number" || !(this.value >= min && this.value <= max)) {
      throw this.refuse(`a number from ${min} to ${max}`);
    }
    return this.value;
  }

  wholeNumber(min: number, max: number): number {
    const value = this.number(min, max);
    if (!Number.isInteger(value)) throw this.refuse(`a whole number from ${min} to ${max}`);
    return value;
  }

  list(): readonly YamlValue[] {
    if (!Array.isArray(this.value)) throw this.refuse("a list");
    return this.value.map((item, index) => new YamlValue(this.file, `${this.path}[${index}]`, item));
  }

  /** The members of a mapping; a name that is not among `known` is refused, where they are given. */
  members(known?: readonly string[]): ReadonlyMap<string, YamlValue> {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value)) {
      throw this.refuse("a mapping of names to values");
    }
    const prefix = this.path === "" ? "" : `${this.path}.`;
    const members = new Map<string, YamlValue>();
    for (const [name, value] of Object.entries(this.value)) {
      const setting = `${prefix}${name}`;
      if (known !== undefined && !known.includes(name)) {
        const suggestion = closestName(name, known);
        throw quickwaterError("run.unknown-setting", { file: this.file, setting }, { suggestion });
      }
      members.set(name, new YamlValue(this.file, setting, value));
    }
    return members;
  }

  /** A member that must be there. */
  member(name: string): YamlValue {
    const found = this.members().get(name);
    const path = this.path === "" ? name : `${this.path}.${name}`;
    return found ?? new YamlValue(this.file, path, undefined);
  }
}

export function readYaml(file: string): YamlValue {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw quickwaterError("run.unreadable-file", { path: file, reason }, { cause: error });
  }
  try {
    return new YamlValue(file, "", parse(text) ?? {});
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const line = error.linePos?.[0].line;
    const place = line === undefined ? file : `${file}:${line}`;
    const reason = error.message.split("\n")[0] ?? "it is no YAML";
    throw quickwaterError("run.unreadable-file", { path: place, reason }, { cause: error });
  }
}
