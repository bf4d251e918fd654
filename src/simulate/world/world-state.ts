/** What the compiled parts of a world share and change. */
import type { Zone } from "../../functions/scalar/zones.ts";
import type { Random } from "../random.ts";
import type { EntitySpec, PartSpec, Value } from "../world-spec.ts";
import { InstantText } from "./number-text.ts";

/** A value for a journey with these locals. */
export type Draw = (slots: Value[]) => Value;
export type Holds = (slots: Value[]) => boolean;

export class WorldState {
  /** The instant that the world has reached. */
  nowMs: number;
  /** Events a second, of all streams, at present. */
  rate: number;
  /** The number of the member whose fields are being drawn. */
  member = 0;
  readonly random: Random;
  readonly parts: readonly PartSpec[];
  readonly zones: readonly Zone[];
  /** By entity and field: the value of each member. */
  readonly columns: readonly (readonly Value[][])[];
  /** The same values as JSON, each once it was sent; `set` takes it away again. */
  readonly texts: readonly (readonly (string | undefined)[][])[];
  readonly entities: readonly EntitySpec[];
  readonly counters: Float64Array;
  readonly instants = new InstantText();

  constructor(start: {
    readonly nowMs: number;
    readonly rate: number;
    readonly random: Random;
    readonly parts: readonly PartSpec[];
    readonly zones: readonly Zone[];
    readonly entities: readonly EntitySpec[];
    readonly counters: number;
  }) {
    this.nowMs = start.nowMs;
    this.rate = start.rate;
    this.random = start.random;
    this.parts = start.parts;
    this.zones = start.zones;
    this.entities = start.entities;
    this.columns = start.entities.map(({ fields }) => fields.map(() => []));
    this.texts = start.entities.map(({ fields }) => fields.map(() => []));
    this.counters = new Float64Array(start.counters);
  }
}
