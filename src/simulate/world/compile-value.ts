/** Values as functions: each part of a description becomes a closure over the world's state, once. */
import type { Zone } from "../../functions/scalar/zones.ts";
import type {
  ArithmeticOperator,
  ConditionSpec,
  Fineness,
  Value,
  ValueSpec,
  ValueType,
} from "../world-spec.ts";
import { compileBetween, compileNormal } from "./chance.ts";
import { decimalText, rounded } from "./number-text.ts";
import { compileChoice, compileFind, compileNumbered, compilePick } from "./selection.ts";
import type { Draw, Holds, WorldState } from "./world-state.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** 1 January 1970 was a Thursday. */
const daysFromMonday = 3;
const arrayMax = 10_000;

export function compileValue(spec: ValueSpec, state: WorldState): Draw {
  const compiled = (value: ValueSpec): Draw => compileValue(value, state);
  switch (spec.kind) {
    case "constant":
      return () => spec.value;
    case "uuid":
      return () => state.random.uuid();
    case "rate": {
      const { rateShare } = state.parts[spec.part]!;
      return () => state.rate * rateShare;
    }
    case "hour":
    case "weekday":
      return compileClock(spec.kind, state.zones[spec.zone]!, state);
    case "now":
      return compileNow(spec.plus && compiled(spec.plus), state);
    case "between":
      return compileBetween(compiled(spec.from), compiled(spec.to), spec.digits, state.random);
    case "normal":
      return compileNormal(spec, compiled(spec.mean), compiled(spec.deviation), state.random);
    case "choice":
      return compileChoice(spec.options.map(compiled), spec.weights, state.random);
    case "pick":
      return compilePick(spec.entity, spec.by, state);
    case "numbered":
      return compileNumbered(compiled(spec.number), state.entities[spec.entity]!.count);
    case "find":
      return compileFind(spec.parts.map(compiled), state.entities[spec.entity]!.sides);
    case "row": {
      const fields = spec.fields.map(compiled);
      return (slots) => fields.map((field) => field(slots));
    }
    case "list": {
      const items = spec.items.map(compiled);
      return (slots) => items.map((item) => item(slots));
    }
    case "array":
      return compileArray(compiled(spec.of), compiled(spec.count));
    case "local":
      return (slots) => slots[spec.slot]!;
    case "index":
      return () => state.member;
    case "field":
      return compileField(compiled(spec.member), state.columns[spec.entity]![spec.field]!);
    case "part": {
      const row = compiled(spec.row);
      return (slots) => (row(slots) as readonly Value[] | null)?.[spec.index] ?? null;
    }
    case "text":
      return compileText(spec.pieces, state);
    case "serial":
      return () => ++state.counters[spec.counter]!;
    case "arithmetic":
      return compileArithmetic(spec.operator, spec.operands.map(compiled) as NumberDraw[], spec.type);
    case "rescale":
      return compileRescale(compiled(spec.value), spec.from, spec.to);
    case "if": {
      const [when, then, otherwise] = [
        compileCondition(spec.when, state),
        compiled(spec.then),
        compiled(spec.otherwise),
      ];
      return (slots) => (when(slots) ? then(slots) : otherwise(slots));
    }
    case "elapsed": {
      const since = compiled(spec.since);
      return (slots) => state.nowMs - (since(slots) as number);
    }
  }
}

type NumberDraw = (slots: Value[]) => number;

function compileClock(kind: "hour" | "weekday", zone: Zone, state: WorldState): Draw {
  const localMs = () => state.nowMs + zone.offsetMs(state.nowMs);
  if (kind === "hour") return () => Math.floor(localMs() / hourMs) % 24;
  return () => ((Math.floor(localMs() / dayMs) + daysFromMonday) % 7) + 1;
}

function compileNow(plus: Draw | undefined, state: WorldState): Draw {
  if (plus === undefined) return () => state.nowMs;
  return (slots) => state.nowMs + (plus(slots) as number);
}

/** Of no member every field is null. */
function compileField(member: Draw, column: readonly Value[]): Draw {
  return (slots) => {
    const index = member(slots) as number | null;
    return index === null ? null : column[index]!;
  };
}

function compileArray(of: Draw, count: Draw): Draw {
  return (slots) => {
    const length = Math.min(Math.max(count(slots) as number, 0), arrayMax);
    return Array.from({ length }, () => of(slots));
  };
}

function compileArithmetic(
  operator: ArithmeticOperator,
  operands: readonly NumberDraw[],
  type: ValueType,
): Draw {
  const exact = type.kind === "double" ? (value: number) => value : rounded;
  const [first, ...others] = operands as [NumberDraw, ...NumberDraw[]];
  const combine = operators[operator];
  if (others.length === 1) {
    const second = others[0]!;
    return (slots) => exact(combine(first(slots), second(slots)));
  }
  return (slots) => exact(others.reduce((sum, other) => combine(sum, other(slots)), first(slots)));
}

const operators: Readonly<Record<ArithmeticOperator, (left: number, right: number) => number>> = {
  add: (left, right) => left + right,
  subtract: (left, right) => left - right,
  multiply: (left, right) => left * right,
  least: Math.min,
  greatest: Math.max,
};

function compileRescale(value: Draw, from: Fineness, to: Fineness): Draw {
  if (to === "double") {
    const unit = 10 ** (from as number);
    return (slots) => (value(slots) as number) / unit;
  }
  if (from === "double" || to > from) {
    const unit = 10 ** (to - (from === "double" ? 0 : from));
    return (slots) => rounded((value(slots) as number) * unit);
  }
  const unit = 10 ** (from - to);
  return (slots) => rounded((value(slots) as number) / unit);
}

function compileText(pieces: Extract<ValueSpec, { kind: "text" }>["pieces"], state: WorldState): Draw {
  const parts = pieces.map((piece) => {
    if (typeof piece === "string") return () => piece;
    const [draw, text] = [compileValue(piece.value, state), plainText(piece.value.type, state)];
    return (slots: Value[]) => text(draw(slots)).padStart(piece.width, "0");
  });
  return (slots) => {
    let text = "";
    for (const part of parts) text += part(slots);
    return text;
  };
}

/** A value within a text; nothing, where it is null. */
export function plainText(type: ValueType, state: WorldState): (value: Value) => string {
  const text = textOf(type, state);
  return (value) => (value === null ? "" : text(value));
}

function textOf(type: ValueType, { instants }: WorldState): (value: Value) => string {
  if (type.kind === "decimal") return (value) => decimalText(value as number, type.scale);
  if (type.kind === "time") return (value) => instants.of(value as number);
  return String;
}

export function compileCondition(spec: ConditionSpec, state: WorldState): Holds {
  switch (spec.kind) {
    case "below": {
      const [left, right] = [compileValue(spec.left, state), compileValue(spec.right, state)];
      return (slots) => (left(slots) as number) < (right(slots) as number);
    }
    case "equal": {
      const [left, right] = [compileValue(spec.left, state), compileValue(spec.right, state)];
      return (slots) => left(slots) === right(slots);
    }
    case "chance": {
      const share = compileValue(spec.share, state) as NumberDraw;
      return (slots) => state.random.unit() < share(slots);
    }
    case "not": {
      const condition = compileCondition(spec.condition, state);
      return (slots) => !condition(slots);
    }
    default: {
      const conditions = spec.conditions.map((condition) => compileCondition(condition, state));
      if (spec.kind === "all") return (slots) => conditions.every((condition) => condition(slots));
      return (slots) => conditions.some((condition) => condition(slots));
    }
  }
}
