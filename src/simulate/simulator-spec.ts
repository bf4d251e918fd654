/** A simulator as data: rows of one stream without memory, or a world of several streams. */
import type { WorldSpec } from "./world-spec.ts";

export type SimulatorSpec = StreamSpec | WorldSpec;

/** How one value is drawn. */
export type FieldSpec =
  | { readonly kind: "uuid" }
  | { readonly kind: "value"; readonly json: string }
  /** Written with exactly `scale` digits behind the point. */
  | { readonly kind: "decimal"; readonly from: number; readonly to: number; readonly scale: number }
  | { readonly kind: "double"; readonly from: number; readonly to: number; readonly digits: number }
  | { readonly kind: "integer"; readonly from: number; readonly to: number }
  | {
      readonly kind: "choice";
      readonly options: readonly { readonly json: string; readonly weight: number }[];
    }
  /** One of the simulator's entities, all with the same chance. */
  | { readonly kind: "pick"; readonly entity: string }
  /** The event's time. */
  | { readonly kind: "now" }
  | { readonly kind: "row"; readonly fields: FieldSpecs };

export type FieldSpecs = readonly (readonly [name: string, spec: FieldSpec])[];

export interface EntitySpec {
  readonly name: string;
  readonly count: number;
  readonly value: FieldSpec;
}

/** Fields that a share of the events draws otherwise. */
export interface VariantSpec {
  readonly share: number;
  readonly fields: FieldSpecs;
}

/** Which stream, how fast, and how each field of an event is drawn. */
export interface StreamSpec {
  readonly kind: "stream";
  readonly name: string;
  readonly stream: string;
  /** Events a second. */
  readonly rate: number;
  readonly entities: readonly EntitySpec[];
  readonly fields: FieldSpecs;
  readonly variants: readonly VariantSpec[];
}
