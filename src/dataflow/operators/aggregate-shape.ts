/**
 * What the calls of an aggregation need of its groups: an accumulator each, and for those that look at values
 * themselves (DISTINCT, extremes of rows that are taken back) the bags that hold them. All DISTINCT calls
 * over one argument share a bag, whatever their FILTER; each condition has a counter in it.
 */
import type { Accumulator } from "../../functions/aggregate/accumulator.ts";
import { accumulators } from "../../functions/aggregate/accumulators.ts";
import type { AggregateCall } from "../../sql/plan/logical-plan.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { BagOrder, BagShape } from "./value-bag.ts";

/** Lets a value to the accumulators behind it when it is new to a bag, and takes it out when it has gone. */
export interface Gate {
  readonly bag: number;
  readonly counter: number;
  readonly argument: number;
  readonly filter: number | undefined;
}

export interface ShapedCall {
  readonly accumulator: Accumulator;
  readonly argument: number | undefined;
  readonly filter: number | undefined;
  /** Undefined where every value counts. */
  readonly gate: number | undefined;
}

export interface AggregateShape {
  readonly calls: readonly ShapedCall[];
  readonly gates: readonly Gate[];
  readonly bags: readonly BagShape[];
}

export const noAggregates: AggregateShape = { calls: [], gates: [], bags: [] };

type Call = Omit<AggregateCall, "function"> & { readonly function: keyof typeof accumulators };

/** `losesRows`: rows may be taken back in any order. */
export function shapeAggregates(
  calls: readonly Call[],
  { columns }: RowSchema,
  losesRows: boolean,
): AggregateShape {
  const gates = new GateList();
  const shaped = calls.map((call): ShapedCall => {
    const { argument, filter, distinct, parameters } = call;
    const type = argument === undefined ? undefined : columns[argument]!.type;
    const needs = { argument: type, result: call.type, parameters, distinct, losesRows };
    const accumulator = accumulators[call.function](needs);
    const { keeps } = accumulator;
    const isGated = keeps !== undefined || distinct;
    const gate = isGated ? gates.add(argument!, type!, filter, keeps) : undefined;
    return { accumulator, argument, filter, gate };
  });
  return { calls: shaped, gates: gates.gates, bags: gates.bags };
}

class GateList {
  readonly gates: Gate[] = [];
  readonly bags: BagShape[] = [];

  add(
    argument: number,
    type: SqlType,
    filter: number | undefined,
    keeps: { readonly order: BagOrder; readonly once: boolean } = { order: "none", once: true },
  ): number {
    const { order, once } = keeps;
    const known = this.gates.findIndex((gate) => {
      const bag = this.bags[gate.bag]!;
      const isSame = bag.argument === argument && bag.order === order && bag.once === once;
      return isSame && gate.filter === filter;
    });
    if (known >= 0) return known;
    // One tree or chain has the values of one condition.
    const shared =
      order === "none" ? this.bags.findIndex((bag) => bag.argument === argument && bag.order === order) : -1;
    const bag = shared >= 0 ? shared : this.bags.length;
    const counter = shared >= 0 ? this.bags[shared]!.counters : 0;
    this.bags[bag] = { argument, type, order, once, counters: counter + 1 };
    return this.gates.push({ bag, counter, argument, filter }) - 1;
  }
}
