/**
 * The steps of a journey as a list of operations: each does its part and answers which comes next, so that a
 * journey that waits is no more than its locals and a place in the list.
 */
import type { StepSpec, Value } from "../world-spec.ts";
import { compileJson } from "./compile-json.ts";
import { compileCondition, compileValue } from "./compile-value.ts";
import type { WorldState } from "./world-state.ts";

/** A journey under way. */
export interface Journey {
  readonly operations: readonly Operation[];
  /** The operation that comes next. */
  next: number;
  readonly slots: Value[];
}

export type Operation = (journey: Journey) => number;

/** In place of the next operation: the journey is at its end, or waits. */
export const ended = -1;
export const waiting = -2;

const repeatMax = 10_000;

/** What steps do to the world around them. */
export interface StepEffects {
  send(stream: number, line: string): void;
  wait(journey: Journey, timeMs: number): void;
  /** Answers the locals of a new journey; undefined where too many are under way. */
  start(journey: number): Value[] | undefined;
}

export function compileSteps(
  steps: readonly StepSpec[],
  state: WorldState,
  effects: StepEffects,
): readonly Operation[] {
  const compiler = new StepCompiler(state, effects);
  compiler.addAll(steps);
  compiler.operations.push(() => ended);
  return compiler.operations;
}

class StepCompiler {
  readonly operations: Operation[] = [];
  readonly #state: WorldState;
  readonly #effects: StepEffects;

  constructor(state: WorldState, effects: StepEffects) {
    this.#state = state;
    this.#effects = effects;
  }

  addAll(steps: readonly StepSpec[]): void {
    for (const step of steps) this.#add(step);
  }

  #add(step: StepSpec): void {
    switch (step.kind) {
      case "let":
        this.#addLet(step);
        break;
      case "set":
        this.#addSet(step);
        break;
      case "send":
        this.#addSend(step);
        break;
      case "wait":
        this.#addWait(step);
        break;
      case "branch":
        this.#addBranch(step);
        break;
      case "repeat":
        this.#addRepeat(step);
        break;
      case "each":
        this.#addEach(step);
        break;
      case "start":
        this.#addStart(step);
        break;
      case "stop":
        this.operations.push(() => ended);
    }
  }

  #addLet({ slot, value }: Extract<StepSpec, { kind: "let" }>): void {
    const draw = compileValue(value, this.#state);
    const next = this.operations.length + 1;
    this.operations.push(({ slots }) => {
      slots[slot] = draw(slots);
      return next;
    });
  }

  #addSet(step: Extract<StepSpec, { kind: "set" }>): void {
    const [member, value] = [compileValue(step.member, this.#state), compileValue(step.value, this.#state)];
    const column = this.#state.columns[step.entity]![step.field]!;
    const texts = this.#state.texts[step.entity]![step.field]!;
    const next = this.operations.length + 1;
    this.operations.push(({ slots }) => {
      const index = member(slots) as number | null;
      if (index === null) return next;
      column[index] = value(slots);
      texts[index] = undefined;
      return next;
    });
  }

  #addSend({ stream, row }: Extract<StepSpec, { kind: "send" }>): void {
    const write = compileJson(row, this.#state);
    const effects = this.#effects;
    const next = this.operations.length + 1;
    this.operations.push(({ slots }) => {
      effects.send(stream, write(slots));
      return next;
    });
  }

  #addWait({ time }: Extract<StepSpec, { kind: "wait" }>): void {
    const span = compileValue(time, this.#state);
    const [state, effects] = [this.#state, this.#effects];
    const next = this.operations.length + 1;
    this.operations.push((journey) => {
      journey.next = next;
      // At least a moment, so that no circle of steps stands still in time.
      effects.wait(journey, state.nowMs + Math.max(1, span(journey.slots) as number));
      return waiting;
    });
  }

  #addBranch(step: Extract<StepSpec, { kind: "branch" }>): void {
    const holds = compileCondition(step.when, this.#state);
    const place = this.#place();
    this.addAll(step.then);
    const end = step.otherwise.length === 0 ? undefined : this.#place();
    const otherwise = this.operations.length;
    this.operations[place] = ({ slots }) => (holds(slots) ? place + 1 : otherwise);
    if (end === undefined) return;
    this.addAll(step.otherwise);
    this.#jump(end, this.operations.length);
  }

  #addRepeat({ count, slot, steps }: Extract<StepSpec, { kind: "repeat" }>): void {
    const times = compileValue(count, this.#state);
    const begin = this.operations.length + 1;
    this.operations.push(({ slots }) => {
      slots[slot] = Math.min(times(slots) as number, repeatMax);
      return begin;
    });
    const test = this.#place();
    this.addAll(steps);
    this.#jump(this.#place(), test);
    const end = this.operations.length;
    this.operations[test] = ({ slots }) => {
      const left = slots[slot] as number;
      slots[slot] = left - 1;
      return left > 0 ? test + 1 : end;
    };
  }

  #addEach({ entity, slot, steps }: Extract<StepSpec, { kind: "each" }>): void {
    const { count } = this.#state.entities[entity]!;
    const begin = this.operations.length + 1;
    this.operations.push(({ slots }) => {
      slots[slot] = -1;
      return begin;
    });
    const test = this.#place();
    this.addAll(steps);
    this.#jump(this.#place(), test);
    const end = this.operations.length;
    this.operations[test] = ({ slots }) => {
      const member = (slots[slot] as number) + 1;
      slots[slot] = member;
      return member < count ? test + 1 : end;
    };
  }

  #addStart({ journey, values }: Extract<StepSpec, { kind: "start" }>): void {
    const given = values.map(({ slot, value }) => ({ slot, draw: compileValue(value, this.#state) }));
    const effects = this.#effects;
    const next = this.operations.length + 1;
    this.operations.push(({ slots }) => {
      const started = effects.start(journey);
      if (started !== undefined) for (const { slot, draw } of given) started[slot] = draw(slots);
      return next;
    });
  }

  /** Room for an operation that is known when those behind it are. */
  #place(): number {
    return this.operations.push(() => ended) - 1;
  }

  #jump(from: number, to: number): void {
    this.operations[from] = () => to;
  }
}
