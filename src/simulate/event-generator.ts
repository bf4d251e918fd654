/** Draws the events of a simulator: the same description and seed give the same bytes. */
import { Random } from "./random.ts";
import type { FieldSpec, FieldSpecs, StreamSpec } from "./simulator-spec.ts";

export class EventGenerator {
  readonly spec: StreamSpec;
  readonly #random: Random;
  readonly #entities = new Map<string, readonly string[]>();

  constructor(spec: StreamSpec, seed: number) {
    this.spec = spec;
    this.#random = new Random(seed);
    for (const { name, count, value } of spec.entities) {
      this.#entities.set(
        name,
        Array.from({ length: count }, () => this.#draw(value, 0)),
      );
    }
  }

  /** The next event as one line of JSON. */
  next(timeMs: number): string {
    const chance = this.#random.unit();
    let share = 0;
    for (const variant of this.spec.variants) {
      share += variant.share;
      if (chance < share) return this.#row(overlay(this.spec.fields, variant.fields), timeMs);
    }
    return this.#row(this.spec.fields, timeMs);
  }

  #row(fields: FieldSpecs, timeMs: number): string {
    const members = fields.map(([name, spec]) => `${JSON.stringify(name)}:${this.#draw(spec, timeMs)}`);
    return `{${members.join(",")}}`;
  }

  /** A value as JSON text. */
  #draw(spec: FieldSpec, timeMs: number): string {
    switch (spec.kind) {
      case "uuid":
        return `"${this.#random.uuid()}"`;
      case "value":
        return spec.json;
      case "integer":
        return String(this.#random.between(spec.from, spec.to));
      case "decimal": {
        // Drawn in the smallest unit, so that no cent is a matter of rounding.
        const unit = 10 ** spec.scale;
        const drawn = this.#random.between(Math.round(spec.from * unit), Math.round(spec.to * unit));
        return (drawn / unit).toFixed(spec.scale);
      }
      case "double":
        return String(Number((spec.from + this.#random.unit() * (spec.to - spec.from)).toFixed(spec.digits)));
      case "choice":
        return this.#choose(spec.options);
      case "pick": {
        const values = this.#entities.get(spec.entity)!;
        return values[this.#random.between(0, values.length - 1)]!;
      }
      case "now":
        return `"${new Date(timeMs).toISOString()}"`;
      case "row":
        return this.#row(spec.fields, timeMs);
    }
  }

  #choose(options: readonly { readonly json: string; readonly weight: number }[]): string {
    const total = options.reduce((sum, option) => sum + option.weight, 0);
    let left = this.#random.unit() * total;
    for (const option of options) {
      left -= option.weight;
      if (left < 0) return option.json;
    }
    return options.at(-1)!.json;
  }
}

/** A variant's fields take the place of those of the same name, in their order. */
function overlay(fields: FieldSpecs, changed: FieldSpecs): FieldSpecs {
  const byName = new Map(changed);
  return fields.map(([name, spec]) => [name, byName.get(name) ?? spec] as const);
}
