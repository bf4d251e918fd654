/**
 * JavaScript that adds a row to the aggregates of its group, or takes it back, for the kernels that keep
 * groups. In it `p` and `o` are the page and place of the group's slot, `address` its address, `row` the row
 * of the batch.
 */
import type { EmitContext } from "../../functions/aggregate/accumulator.ts";
import type { Gate, ShapedCall } from "../operators/aggregate-shape.ts";
import type { WindowGroups } from "../operators/window-groups.ts";
import { isNullSource } from "./column-locals.ts";
import { laneAt } from "./group-source.ts";
import type { WindowShape } from "./window-kernel.ts";

type Shape = Pick<WindowShape, "input" | "groups"> & {
  /** Only calls that can be parted again exactly. */
  readonly isExact?: boolean;
};

/** Positions of the columns that the aggregates read. */
export function columnsOfCalls({ aggregates }: WindowGroups): readonly number[] {
  const columns = aggregates.shape.calls.flatMap(({ argument, filter }) => [argument, filter]);
  return [...new Set(columns.filter((column) => column !== undefined))];
}

/** Whether the row's value is new to its bag, or gone from it, for all calls that stand behind the gate. */
export function gateSources(shape: Shape, change: "add" | "retract"): readonly string[] {
  const { aggregates } = shape.groups;
  if (shape.isExact === true && !aggregates.hasExactBags) return [];
  return aggregates.shape.gates.map((gate: Gate, position) => {
    const { bag, counter } = gate;
    const conditions = [...conditionsOf(shape, gate), `bags[${bag}].${change}(address, row, ${counter})`];
    return `const passes${position} = ${conditions.join(" && ")};`;
  });
}

export function addSources(shape: Shape, constants: Uint8Array[]): readonly string[] {
  return eachCall(shape, (call, position) => {
    const { accumulator } = shape.groups.layout.accumulators[position]!;
    return accumulator.emitAdd(contextOf(shape, call, position, constants));
  });
}

/** What no JavaScript is emitted for is taken back by the plain code. */
export function retractSources(shape: Shape, constants: Uint8Array[]): readonly string[] {
  return eachCall(shape, (call, position) => {
    const { accumulator } = shape.groups.layout.accumulators[position]!;
    if (accumulator.keeps !== undefined) return "";
    const context = contextOf(shape, call, position, constants);
    return accumulator.emitRetract?.(context) ?? `aggregates.retractCall(${position}, address, batch, row);`;
  });
}

function eachCall(shape: Shape, source: (call: ShapedCall, position: number) => string): readonly string[] {
  const { aggregates } = shape.groups;
  return aggregates.shape.calls.map((call, position) => {
    if (shape.isExact === true && !aggregates.isExact[position]) return "";
    const code = source(call, position);
    if (code === "") return "";
    const conditions = call.gate === undefined ? conditionsOf(shape, call) : [`passes${call.gate}`];
    return conditions.length === 0 ? code : `if (${conditions.join(" && ")}) { ${code} }`;
  });
}

function contextOf(shape: Shape, call: ShapedCall, position: number, constants: Uint8Array[]): EmitContext {
  const { lanes } = shape.groups.layout.accumulators[position]!;
  const argument = call.argument ?? -1;
  return {
    argument,
    lane: (name) => laneAt("p", lanes.get(name)!),
    half: (name, which) => `p.i32[(o >> 2) + ${lanes.get(name)!.offset / 4 + which}]`,
    storeBytes: (name) => {
      const lane = lanes.get(name)!;
      return `arena.free(${laneAt("p", lane)}, ${laneAt("p", lane, 1)});
        ${laneAt("p", lane)} = arena.store(data, s${argument}[row], l${argument}[row]);
        ${laneAt("p", lane, 1)} = l${argument}[row];`;
    },
    compareBytes: (name) => {
      const lane = lanes.get(name)!;
      const from = laneAt("p", lane);
      return `compareSlices(data, s${argument}[row], l${argument}[row],
        ${from} === 0 ? data : arena.pages[${from} >>> 16].u8, ${from} & 0xffff,
        ${laneAt("p", lane, 1)})`;
    },
    appendBytes: (name, between) => {
      const lane = lanes.get(name)!;
      const constant = constants.push(between) - 1;
      return `${laneAt("p", lane)} = appendBytes(arena, ${laneAt("p", lane)}, ${laneAt("p", lane, 1)},
          constants[${constant}], data, s${argument}[row], l${argument}[row]);
        ${laneAt("p", lane, 1)} += l${argument}[row] + ${between.length};`;
    },
  };
}

function conditionsOf(
  shape: Shape,
  { argument, filter }: Pick<ShapedCall, "argument" | "filter">,
): readonly string[] {
  const mayBeNull = argument !== undefined && shape.input.columns[argument]!.type.nullable;
  return [
    ...(mayBeNull ? [`!(${isNullSource(argument)})`] : []),
    ...(filter === undefined ? [] : [`c${filter}[row] === 1`]),
  ];
}
