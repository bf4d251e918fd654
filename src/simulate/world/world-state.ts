/** What the compiled parts of a world share and change. */
import { type Zone, zoneNamed } from "../../functions/scalar/zones.ts";
import type { Random } from "../random.ts";
import type { EntitySpec, PartSpec, Value, WorldSpec } from "../world-spec.ts";
import { InstantText } from "./number-text.ts";

/** A value for a journey with these locals. */
export type Draw = (slots: Value[]) => Value;
export type Holds = (slots: Value[]) => boolean;

/** What the members have before anything happens. */
export interface Members {
  /** By entity and field: the value of each member. */
  readonly columns: readonly (readonly (readonly Value[])[])[];
  readonly counters: Float64Array;
}

export function noMembers({ entities, counters }: WorldSpec): Members {
  const columns = entities.map(({ fields }) => fields.map(() => []));
  return { columns, counters: new Float64Array(counters) };
}

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
    readonly spec: WorldSpec;
    readonly nowMs: number;
    readonly rate: number;
    readonly random: Random;
    /** They change in a copy. */
    readonly members: Members;
  }) {
    const { parts, timeZones, entities } = start.spec;
    this.nowMs = start.nowMs;
    this.rate = start.rate;
    this.random = start.random;
    this.parts = parts;
    this.zones = timeZones.map((name) => zoneNamed(name)!);
    this.entities = entities;
    this.columns = start.members.columns.map((fields) => fields.map((values) => values.slice()));
    this.texts = entities.map(({ fields }) => fields.map(() => []));
    this.counters = start.members.counters.slice();
  }
}
