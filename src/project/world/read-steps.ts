/** The steps of a journey, with every name looked up. */
import { closestName } from "../../errors/suggest.ts";
import type { ConditionSpec, StepSpec, ValueSpec, ValueType } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { readRow } from "./computed-values.ts";
import { readCount } from "./drawn-values.ts";
import {
  complaint,
  entityNamed,
  type LocalScope,
  placeOf,
  typeNameOf,
  unknownName,
  type WorldNames,
} from "./names.ts";
import { readSpan } from "./now-value.ts";
import { followPath } from "./path.ts";
import { readCondition, readShare } from "./read-condition.ts";
import { readValue } from "./read-value.ts";
import { asType } from "./value-types.ts";

/** What steps need to know beyond the names of the world. */
export interface JourneyContext {
  readonly world: WorldNames;
  /** Notes who starts whom with what, and answers the place of each value among the other's locals. */
  start(at: YamlValue, given: ReadonlyMap<string, ValueType>): { journey: number; slots: number[] };
}

type ReadStep = (at: YamlValue, scope: LocalScope, context: JourneyContext) => readonly StepSpec[];

/** By the word that a step begins with: the words that may stand beside it, and how it is read. */
const kinds: Readonly<Record<string, { readonly beside: readonly string[]; readonly read: ReadStep }>> = {
  let: { beside: [], read: readLet },
  set: { beside: [], read: readSet },
  send: { beside: ["fields"], read: readSend },
  wait: { beside: [], read: readWait },
  chance: { beside: ["then", "else"], read: readBranch },
  when: { beside: ["then", "else"], read: readBranch },
  repeat: { beside: ["steps"], read: readRepeat },
  each: { beside: ["steps"], read: readEach },
  start: { beside: ["with"], read: readStart },
  stop: { beside: [], read: readStop },
};

/** A list of steps in a block of its own: its locals end with it. */
export function readSteps(at: YamlValue, scope: LocalScope, context: JourneyContext): StepSpec[] {
  return at.list().flatMap((step) => {
    const names = [...step.members().keys()];
    const word = names.find((name) => Object.hasOwn(kinds, name));
    if (word === undefined) {
      const known = Object.keys(kinds);
      const meant = names.find((name) => closestName(name, known) !== undefined) ?? names[0];
      if (meant !== undefined) throw unknownName(step, "step", meant, known);
      throw step.refuse(`one step: ${known.join(", ")}`);
    }
    const { beside, read } = kinds[word]!;
    const stray = names.find((name) => name !== word && !beside.includes(name));
    if (stray !== undefined) throw complaint(step, `${stray} cannot stand beside ${word}`);
    return read(step, scope, context);
  });
}

function valueIn(at: YamlValue, scope: LocalScope, { world }: JourneyContext): ValueSpec {
  return readValue(at, { world, scope });
}

function readLet(at: YamlValue, scope: LocalScope, context: JourneyContext): StepSpec[] {
  return [...at.member("let").members()].map(([name, written]) => {
    if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) throw complaint(written, "a name is one word");
    const value = valueIn(written, scope, context);
    const known = scope.local(name);
    if (known === undefined) return { kind: "let", slot: scope.declare(name, value.type).slot, value };
    return { kind: "let", slot: known.slot, value: fitting(written, value, known.type, context) };
  });
}

/** The value as what the place is that it goes to. */
function fitting(at: YamlValue, value: ValueSpec, type: ValueType, { world }: JourneyContext): ValueSpec {
  const found = asType(value, type);
  if (found !== undefined) return found;
  throw complaint(
    at,
    `it was ${typeNameOf(type, world)} before and cannot become ${typeNameOf(value.type, world)}`,
  );
}

function readSet(at: YamlValue, scope: LocalScope, context: JourneyContext): StepSpec[] {
  const { world } = context;
  return [...at.member("set").members()].map(([path, written]) => {
    const target = followPath(written, path, { world, scope });
    if (target.kind !== "field") {
      throw complaint(written, `${path} is no field of an entity; { let: { ${path}: … } } changes a local`);
    }
    const { member, entity, field } = target;
    if (field < world.entities[entity]!.sides.length) {
      throw complaint(written, `${path} says which pair it is, and stays`);
    }
    const value = fitting(written, valueIn(written, scope, context), target.type, context);
    return { kind: "set", member, entity, field, value };
  });
}

function readSend(at: YamlValue, scope: LocalScope, { world }: JourneyContext): StepSpec[] {
  const stream = placeOf(world.streams, at.member("send").text());
  return [{ kind: "send", stream, row: readRow(at.member("fields"), { world, scope }, readValue) }];
}

function readWait(at: YamlValue, scope: LocalScope, { world }: JourneyContext): StepSpec[] {
  return [{ kind: "wait", time: readSpan(at.member("wait"), { world, scope }, readValue) }];
}

function readBranch(at: YamlValue, scope: LocalScope, context: JourneyContext): StepSpec[] {
  const members = at.members();
  const around = { world: context.world, scope };
  const chance = members.get("chance");
  if (chance !== undefined && members.has("when"))
    throw complaint(at, "it can have chance or when, not both");
  const when: ConditionSpec =
    chance === undefined
      ? readCondition(at.member("when"), around, readValue)
      : { kind: "chance", share: readShare(chance, around, readValue) };
  if (!members.has("then") && !members.has("else")) throw at.refuse("a step with then or else");
  const block = (name: string) => {
    const written = members.get(name);
    return written === undefined ? [] : readSteps(written, scope.block(), context);
  };
  return [{ kind: "branch", when, then: block("then"), otherwise: block("else") }];
}

function readRepeat(at: YamlValue, scope: LocalScope, context: JourneyContext): StepSpec[] {
  const count = readCount(at.member("repeat"), { world: context.world, scope }, readValue);
  if (count.kind === "constant" && count.type.kind !== "integer")
    throw at.member("repeat").refuse("a whole number");
  const slot = scope.newSlot();
  return [{ kind: "repeat", count, slot, steps: readSteps(at.member("steps"), scope.block(), context) }];
}

/** `each: { level: levels }` */
function readEach(at: YamlValue, scope: LocalScope, context: JourneyContext): StepSpec[] {
  const [[name, written] = [undefined, undefined], second] = [...at.member("each").members()];
  if (name === undefined || written === undefined || second !== undefined) {
    throw at.member("each").refuse("a name and an entity, such as { product: products }");
  }
  const entity = entityNamed(written, context.world);
  const block = scope.block();
  const { slot } = block.declare(name, { kind: "member", entity });
  return [{ kind: "each", entity, slot, steps: readSteps(at.member("steps"), block, context) }];
}

function readStart(at: YamlValue, scope: LocalScope, context: JourneyContext): StepSpec[] {
  const given = [...(at.members().get("with")?.members() ?? [])].map(
    ([name, written]) => [name, valueIn(written, scope, context)] as const,
  );
  const types = new Map(given.map(([name, { type }]) => [name, type]));
  const { journey, slots } = context.start(at.member("start"), types);
  return [
    { kind: "start", journey, values: given.map(([, value], index) => ({ slot: slots[index]!, value })) },
  ];
}

function readStop(at: YamlValue): StepSpec[] {
  if (at.member("stop").value !== true) throw at.member("stop").refuse("true");
  return [{ kind: "stop" }];
}
