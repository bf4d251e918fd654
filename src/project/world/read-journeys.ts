/**
 * The journeys of a world. Those that begin by themselves are read first; a journey that is started by
 * another is read when it is known with what, so that each of its locals has its type. A file around may say
 * other steps, or how often it begins.
 */
import type { BeginSpec, JourneySpec, ValueType } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { readDuration } from "./duration.ts";
import { refuseEndlessStarts } from "./endless-starts.ts";
import {
  complaint,
  curveNamed,
  LocalScope,
  namesIn,
  typeNameOf,
  unknownName,
  type WorldNames,
} from "./names.ts";
import { readSteps } from "./read-steps.ts";
import { commonType } from "./value-types.ts";
import type { Layer, Layered } from "./world-file.ts";

export function readJourneys(written: readonly Layered[], world: WorldNames): JourneySpec[] {
  return new JourneyReader(written, world).read();
}

class JourneyReader {
  readonly #world: WorldNames;
  readonly #names: readonly string[];
  readonly #written: readonly Layered[];
  readonly #begins: readonly BeginSpec[];
  /** Of those that somebody starts: their locals at the beginning. */
  readonly #given = new Map<number, { readonly scope: LocalScope; readonly names: readonly string[] }>();
  readonly #toRead: number[] = [];

  constructor(written: readonly Layered[], world: WorldNames) {
    this.#world = world;
    this.#names = written.map(({ name }) => name);
    this.#written = written;
    this.#begins = written.map(({ layers }) => readBegin(layers));
  }

  read(): JourneySpec[] {
    const journeys = new Map<number, JourneySpec>();
    for (const [index, begin] of this.#begins.entries()) {
      if (begin.kind !== "by-start") journeys.set(index, this.#readOne(index, new LocalScope()));
    }
    for (let next = this.#toRead.shift(); next !== undefined; next = this.#toRead.shift()) {
      if (!journeys.has(next)) journeys.set(next, this.#readOne(next, this.#given.get(next)!.scope));
    }
    const unread = this.#names.findIndex((_, index) => !journeys.has(index));
    if (unread !== -1) {
      throw complaint(
        this.#written[unread]!.layers[0].at,
        "nothing starts it: give it a weight, `every`, or a step `start` in another journey",
      );
    }
    const inOrder = this.#names.map((_, index) => journeys.get(index)!);
    refuseEndlessStarts(
      this.#written.map(({ layers }) => layers[0].at),
      inOrder,
    );
    return inOrder;
  }

  #readOne(index: number, scope: LocalScope): JourneySpec {
    const { layers } = this.#written[index]!;
    const { at, names: world } = layers.findLast((layer) => layer.at.members().has("steps")) ?? layers[0];
    const steps = readSteps(at.member("steps"), scope, {
      world,
      start: (target, given) => this.#start(target, given, world.prefix),
    });
    const { part } = layers[0].names;
    return { name: this.#names[index]!, part, begin: this.#begins[index]!, slots: scope.slotCount, steps };
  }

  #start(at: YamlValue, given: ReadonlyMap<string, ValueType>, prefix: string) {
    const journey = this.#names.indexOf(prefix + at.text());
    if (journey === -1) throw unknownName(at, "journey", at.text(), namesIn(prefix, this.#names));
    const names = [...given.keys()];
    if (this.#begins[journey]!.kind !== "by-start") {
      if (names.length > 0)
        throw complaint(at, `${at.text()} also begins by itself and takes nothing with it`);
      return { journey, slots: [] };
    }
    const known = this.#given.get(journey);
    if (known === undefined) {
      const scope = new LocalScope();
      const slots = [...given].map(([name, type]) => scope.declare(name, type).slot);
      this.#given.set(journey, { scope, names });
      this.#toRead.push(journey);
      return { journey, slots };
    }
    if (known.names.length !== names.length || !names.every((name) => known.names.includes(name))) {
      const others = known.names.length === 0 ? "nothing" : known.names.join(", ");
      throw complaint(
        at,
        `${at.text()} is started with ${others} elsewhere, and here with ${names.join(", ") || "nothing"}`,
      );
    }
    return { journey, slots: [...given].map(([name, type]) => this.#slotOf(at, known.scope, name, type)) };
  }

  #slotOf(at: YamlValue, scope: LocalScope, name: string, type: ValueType): number {
    const local = scope.local(name)!;
    const common = commonType(local.type, type);
    if (common !== undefined && JSON.stringify(common) === JSON.stringify(local.type)) return local.slot;
    const [one, other] = [typeNameOf(local.type, this.#world), typeNameOf(type, this.#world)];
    throw complaint(at, `${name} is ${one} where ${at.text()} is started elsewhere, and here ${other}`);
  }
}

/** The last layer that says how it begins decides alone. */
function readBegin(layers: readonly [Layer, ...Layer[]]): BeginSpec {
  const begins = layers.map(({ at, names }) => {
    const members = at.members(["weight", "every", "curve", "steps"]);
    const [weight, every, curve] = [members.get("weight"), members.get("every"), members.get("curve")];
    const begin = beginOf(at, { weight, every, curve }, names);
    return weight === undefined && every === undefined ? undefined : begin;
  });
  return begins.findLast((begin) => begin !== undefined) ?? { kind: "by-start" };
}

interface WrittenBegin {
  readonly weight: YamlValue | undefined;
  readonly every: YamlValue | undefined;
  readonly curve: YamlValue | undefined;
}

function beginOf(journey: YamlValue, { weight, every, curve }: WrittenBegin, names: WorldNames): BeginSpec {
  if (weight !== undefined && every !== undefined) {
    throw complaint(journey, "it can have weight or every, not both");
  }
  if (curve !== undefined && weight === undefined)
    throw complaint(curve, "only a journey with weight has a curve");
  if (every !== undefined) return { kind: "every", periodMs: readDuration(every, 1) };
  if (weight === undefined) return { kind: "by-start" };
  const known = curve === undefined ? undefined : curveNamed(curve, names);
  return { kind: "weight", weight: weight.number(1e-6, 1e9), curve: known };
}
