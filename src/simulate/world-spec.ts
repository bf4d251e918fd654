/**
 * A world as data: entities with fields that last, journeys that go through it and send events. Every name is
 * looked up already: what a name meant is a number here (of an entity, a field, a local), and every value has
 * its type, so that nothing can be wrong with a world that runs.
 */

/** What a value is. A null is of every type. */
export type ValueType =
  | { readonly kind: "text" | "integer" | "double" | "boolean" | "time" | "null" }
  /** A whole number of the smallest unit; `scale` digits of it are behind the point. */
  | { readonly kind: "decimal"; readonly scale: number }
  | { readonly kind: "row"; readonly fields: readonly (readonly [name: string, type: ValueType])[] }
  | { readonly kind: "array"; readonly of: ValueType }
  /** One of an entity's members, by its number. */
  | { readonly kind: "member"; readonly entity: number };

/** Text, a number (also of a decimal, a time, a member), a row's fields in order, an array's values. */
export type Value = string | number | boolean | null | readonly Value[];

export type ArithmeticOperator = "add" | "subtract" | "multiply" | "least" | "greatest";

/** How fine a number is: digits behind the point, or a binary fraction. */
export type Fineness = number | "double";

export type TextPiece = string | { readonly value: ValueSpec; readonly width: number };

export type ValueSpec = { readonly type: ValueType } & (
  | { readonly kind: "constant"; readonly value: Value }
  | { readonly kind: "uuid" }
  /** In one of the world's time zones. */
  | { readonly kind: "hour" | "weekday"; readonly zone: number }
  | { readonly kind: "rate"; readonly part: number }
  /** The instant, and how much later. */
  | { readonly kind: "now"; readonly plus: ValueSpec | undefined }
  /** Even chances from one to the other: in smallest units, or a binary fraction rounded to `digits`. */
  | {
      readonly kind: "between";
      readonly from: ValueSpec;
      readonly to: ValueSpec;
      readonly digits: number | undefined;
    }
  | NormalSpec
  | { readonly kind: "choice"; readonly options: readonly ValueSpec[]; readonly weights: readonly number[] }
  | { readonly kind: "pick"; readonly entity: number; readonly by: PickBy }
  /** The member of that number, from 0; nobody beyond the last one. */
  | { readonly kind: "numbered"; readonly entity: number; readonly number: ValueSpec }
  /** The member of an entity of pairs that has these parts. */
  | { readonly kind: "find"; readonly entity: number; readonly parts: readonly ValueSpec[] }
  | { readonly kind: "row"; readonly fields: readonly ValueSpec[] }
  | { readonly kind: "array"; readonly of: ValueSpec; readonly count: ValueSpec }
  /** An array whose values are each said. */
  | { readonly kind: "list"; readonly items: readonly ValueSpec[] }
  | { readonly kind: "local"; readonly slot: number }
  /** The number of the member whose fields are being drawn. */
  | { readonly kind: "index" }
  | {
      readonly kind: "field";
      readonly member: ValueSpec;
      readonly entity: number;
      readonly field: number;
    }
  | { readonly kind: "part"; readonly row: ValueSpec; readonly index: number }
  | { readonly kind: "text"; readonly pieces: readonly TextPiece[] }
  | { readonly kind: "serial"; readonly counter: number }
  | {
      readonly kind: "arithmetic";
      readonly operator: ArithmeticOperator;
      readonly operands: readonly ValueSpec[];
    }
  /** The same number, finer or coarser; halves are rounded away from zero. */
  | { readonly kind: "rescale"; readonly value: ValueSpec; readonly from: Fineness; readonly to: Fineness }
  | {
      readonly kind: "if";
      readonly when: ConditionSpec;
      readonly then: ValueSpec;
      readonly otherwise: ValueSpec;
    }
  | { readonly kind: "elapsed"; readonly since: ValueSpec }
);

/** Of numbers as they are written; rounded to `scale`, and drawn again while outside its bounds. */
interface NormalSpec {
  readonly kind: "normal";
  readonly isLog: boolean;
  readonly mean: ValueSpec;
  readonly deviation: ValueSpec;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

export type PickBy =
  | { readonly kind: "even" }
  /** The first member is the busiest. */
  | { readonly kind: "skew"; readonly skew: number }
  | { readonly kind: "weight"; readonly field: number; readonly unit: number };

export type ConditionSpec =
  | { readonly kind: "below" | "equal"; readonly left: ValueSpec; readonly right: ValueSpec }
  | { readonly kind: "chance"; readonly share: ValueSpec }
  | { readonly kind: "not"; readonly condition: ConditionSpec }
  | { readonly kind: "all" | "any"; readonly conditions: readonly ConditionSpec[] };

export type StepSpec =
  | { readonly kind: "let"; readonly slot: number; readonly value: ValueSpec }
  | {
      readonly kind: "set";
      readonly member: ValueSpec;
      readonly entity: number;
      readonly field: number;
      readonly value: ValueSpec;
    }
  | { readonly kind: "send"; readonly stream: number; readonly row: ValueSpec }
  /** In milliseconds. */
  | { readonly kind: "wait"; readonly time: ValueSpec }
  | {
      readonly kind: "branch";
      readonly when: ConditionSpec;
      readonly then: readonly StepSpec[];
      readonly otherwise: readonly StepSpec[];
    }
  | {
      readonly kind: "repeat";
      readonly count: ValueSpec;
      readonly slot: number;
      readonly steps: readonly StepSpec[];
    }
  /** Once for each member of an entity. */
  | {
      readonly kind: "each";
      readonly entity: number;
      readonly slot: number;
      readonly steps: readonly StepSpec[];
    }
  | {
      readonly kind: "start";
      readonly journey: number;
      readonly values: readonly { readonly slot: number; readonly value: ValueSpec }[];
    }
  | { readonly kind: "stop" };

export interface EntitySpec {
  readonly name: string;
  /** What it is called in the file that describes it: what its members are drawn from. */
  readonly ownName: string;
  readonly count: number;
  /** An entity of pairs: how many members each of its parts has; the last one changes fastest. */
  readonly sides: readonly number[];
  readonly fields: readonly EntityFieldSpec[];
}

export interface EntityFieldSpec {
  readonly name: string;
  readonly type: ValueType;
  /** As it was written for each member; one of the sides of a pair; or drawn. */
  readonly drawn:
    | { readonly kind: "written"; readonly values: readonly Value[] }
    | { readonly kind: "side"; readonly side: number }
    | { readonly kind: "value"; readonly value: ValueSpec };
}

export type BeginSpec =
  | { readonly kind: "weight"; readonly weight: number; readonly curve: number | undefined }
  | { readonly kind: "every"; readonly periodMs: number }
  | { readonly kind: "by-start" };

export interface JourneySpec {
  readonly name: string;
  /** The part of the world that it is of. */
  readonly part: number;
  readonly begin: BeginSpec;
  /** How many locals it has. */
  readonly slots: number;
  readonly steps: readonly StepSpec[];
}

/** Of a stream's events; late ones go out as much later, in milliseconds. */
export interface FaultSpec {
  readonly duplicate: number;
  readonly late: { readonly share: number; readonly fromMs: number; readonly toMs: number };
  readonly broken: number;
}

/** One file of a world that is made of several; a world of one file has one part. */
export interface PartSpec {
  /** Of all events: those of journeys that begin in it, wherever they lead. */
  readonly share: number;
  /** Of the rate of all: what it and those that it includes see as theirs. */
  readonly rateShare: number;
}

export interface CurveSpec {
  readonly zone: number;
  /** How much happens in each hour of a week, Monday first; their mean is 1. */
  readonly hours: readonly number[];
}

export interface WorldSpec {
  readonly kind: "world";
  readonly name: string;
  /** Events a second, of all streams, averaged over a week. */
  readonly rate: number;
  readonly parts: readonly PartSpec[];
  readonly timeZones: readonly string[];
  readonly streams: readonly string[];
  readonly curves: readonly CurveSpec[];
  readonly entities: readonly EntitySpec[];
  readonly counters: number;
  readonly journeys: readonly JourneySpec[];
  readonly faults: ReadonlyMap<string, FaultSpec>;
}
