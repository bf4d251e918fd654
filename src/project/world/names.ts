/**
 * What names of a world mean: entities, curves and counters in their file, streams everywhere, locals within
 * their block. A file that includes others sees what is theirs behind the name that it gives them.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { EntitySpec, ValueSpec, ValueType } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { typeName } from "./value-types.ts";

/** What stands for names at a place of the file. */
export interface Scope {
  find(name: string): ValueSpec | undefined;
  names(): readonly string[];
}

/** What is the same everywhere in a file; all but the first three are shared by the files of a world. */
export interface WorldNames {
  /** What names of this file begin with where the whole world is spoken of: nothing, or such as `shop.` */
  readonly prefix: string;
  readonly zone: number;
  readonly part: number;
  /** Those that were read so far. */
  readonly entities: EntitySpec[];
  /** By name with its prefix. Two names may stand for one entity. */
  readonly entityPlaces: Map<string, number>;
  readonly curves: Map<string, number>;
  readonly streams: string[];
  readonly counters: string[];
}

/** Where a value stands: which names it may use. */
export interface Surroundings {
  readonly world: WorldNames;
  readonly scope: Scope;
}

export function complaint(at: YamlValue, problem: string) {
  const setting = at.path || "the file";
  const sentence = problem.endsWith("?") ? problem : `${problem}.`;
  return quickwaterError("run.bad-simulator", { file: at.place, setting, problem: sentence });
}

/** Says that a name is none of those, and which of them was meant. */
export function unknownName(at: YamlValue, kind: string, name: string, known: readonly string[]) {
  const meant = closestName(name, known);
  const list = known.length === 0 ? "there is none here" : `there are: ${known.join(", ")}`;
  return complaint(
    at,
    `there is no ${kind} ${name}; ${meant === undefined ? list : `did you mean ${meant}?`}`,
  );
}

/** The place of a name in a list that grows with it. */
export function placeOf(names: string[], name: string): number {
  const found = names.indexOf(name);
  return found === -1 ? names.push(name) - 1 : found;
}

export function entityNamed(at: YamlValue, { prefix, entityPlaces }: WorldNames): number {
  return named(at, "entity", prefix, entityPlaces);
}

export function curveNamed(at: YamlValue, { prefix, curves }: WorldNames): number {
  return named(at, "curve", prefix, curves);
}

function named(at: YamlValue, kind: string, prefix: string, places: ReadonlyMap<string, number>): number {
  const name = at.text();
  const found = places.get(prefix + name);
  if (found !== undefined) return found;
  throw unknownName(at, kind, name, namesIn(prefix, places.keys()));
}

/** Those that a file can speak of, as it does. */
export function namesIn(prefix: string, all: Iterable<string>): readonly string[] {
  return [...all].filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length));
}

interface Local {
  readonly slot: number;
  readonly type: ValueType;
}

/** Locals of a journey: a block sees those of the blocks around it, and its own end with it. */
export class LocalScope implements Scope {
  readonly #parent: LocalScope | undefined;
  readonly #slots: { count: number };
  readonly #locals = new Map<string, Local>();

  constructor(parent?: LocalScope) {
    this.#parent = parent;
    this.#slots = parent === undefined ? { count: 0 } : parent.#slots;
  }

  get slotCount(): number {
    return this.#slots.count;
  }

  block(): LocalScope {
    return new LocalScope(this);
  }

  newSlot(): number {
    return this.#slots.count++;
  }

  declare(name: string, type: ValueType): Local {
    const local = { slot: this.newSlot(), type };
    this.#locals.set(name, local);
    return local;
  }

  local(name: string): Local | undefined {
    return this.#locals.get(name) ?? this.#parent?.local(name);
  }

  find(name: string): ValueSpec | undefined {
    const local = this.local(name);
    return local && { kind: "local", ...local };
  }

  names(): readonly string[] {
    return [...this.#locals.keys(), ...(this.#parent?.names() ?? [])];
  }
}

export function typeNameOf(type: ValueType, { entities }: WorldNames): string {
  return typeName(type, entities);
}
