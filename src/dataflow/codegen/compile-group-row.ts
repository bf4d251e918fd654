/**
 * Groups as rows, compiled: lanes are copied into the columns of the batch as they lie. Nothing is allocated
 * but the batch's arena, and by results that no JavaScript is emitted for.
 */
import type { EmitResultContext } from "../../functions/aggregate/accumulator.ts";
import type { Lane } from "../../state/keyed-state.ts";
import { growArena, writeNull, writeValue } from "../../values/column-access.ts";
import { type Physical, physicalOf } from "../../values/sql-type.ts";
import type { KeyLanes } from "../operators/group-layout.ts";
import { columnLocals, wordsOf } from "./column-locals.ts";
import type { GroupRowKernel, GroupRowShape } from "./group-row-kernel.ts";
import { laneAt } from "./group-source.ts";

export function compileGroupRow(shape: GroupRowShape): GroupRowKernel {
  const { rows, groups, keys } = shape;
  const names = { batch: rows, groups, keyed: keys, wordsOf, growArena, writeNull, writeValue };
  const make = new Function(...Object.keys(names), rowSource(shape));
  return make(...Object.values(names)) as GroupRowKernel;
}

function rowSource({ plan, rows, groups, keys }: GroupRowShape): string {
  const keysOfPlan = plan.keys.length;
  const resultsFrom = keysOfPlan + plan.properties.length;
  const sources = [
    ...plan.keys.map((_, place) => keySource(keys.layout.keys[place]!, place)),
    ...plan.properties.map((property, place) => {
      const column = keysOfPlan + place;
      if (property === "window_start" && plan.window?.kind === "ATTACHED") {
        // Of rows that came with their window the start is a key of the group, behind those of the plan.
        return keySource(keys.layout.keys.at(-1)!, column);
      }
      const end = property === "window_end" ? "endMs" : "endMs - 1";
      return `c${column}[row] = ${property === "window_start" ? "startMs" : end};`;
    }),
    "p = state.pages[values >>> 16]; o = values & 0xffff;",
    // Of the last ones an operator may have made some for itself alone.
    ...rows.columns.slice(resultsFrom).map((_, call) => resultSource(groups, rows, call, resultsFrom + call)),
  ];
  return `"use strict";
const state = groups.state, aggregates = groups.aggregates, keyState = keyed.state;
${rows.columns.map((_, index) => columnLocals(index)).join("\n")}
return function writeRow(row, key, values, startMs, endMs, arenaEnd) {
  let p = keyState.pages[key >>> 16], o = key & 0xffff;
  ${sources.join("\n  ")}
  return arenaEnd;
};`;
}

function keySource({ type, nulls, value, low }: KeyLanes, column: number): string {
  const lane = laneAt("p", value);
  const copies: { readonly [physical in Physical]?: string | undefined } = {
    i128: low && `h${column}[row] = ${lane}; c${column}[row] = ${laneAt("p", low)};`,
    bytes: bytesSource("keyState", value, column),
  };
  const copy = copies[physicalOf(type)] ?? `c${column}[row] = ${lane};`;
  if (!type.nullable) return copy;
  return `if (${laneAt("p", nulls)} === 1) writeNull(k${column}, row);
    else { n${column}[row >> 3] &= ~(1 << (row & 7)); ${copy} }`;
}

function bytesSource(owner: "keyState" | "state", lane: Lane, column: number): string {
  return `{ const from = ${laneAt("p", lane)}, length = ${laneAt("p", lane, 1)}, end = arenaEnd + length;
      if (end > batch.arena.length) batch.arena = growArena(batch.arena, arenaEnd, end);
      if (length > 0) {
        const bytes = ${owner}.arena.pages[from >>> 16].u8, begin = from & 0xffff, to = batch.arena;
        for (let at = 0; at < length; at++) to[arenaEnd + at] = bytes[begin + at];
      }
      s${column}[row] = arenaEnd; l${column}[row] = length; arenaEnd = end; }`;
}

function resultSource(
  { layout }: GroupRowShape["groups"],
  { schema }: GroupRowShape["rows"],
  call: number,
  column: number,
): string {
  const { accumulator, lanes } = layout.accumulators[call]!;
  const isThere = schema.columns[column]!.type.nullable ? `n${column}[row >> 3] &= ~(1 << (row & 7));` : "";
  const context: EmitResultContext = {
    lane: (name) => laneAt("p", lanes.get(name)!),
    setNull: () => `writeNull(k${column}, row);`,
    set: (value) => `${isThere} c${column}[row] = ${value};`,
    setCount: (value) => `${isThere} w${column}[row * 2] = ${value};
      w${column}[row * 2 + 1] = ${value} / 4294967296;`,
    setWide: (high, low) => `${isThere} h${column}[row] = ${high}; c${column}[row] = ${low};`,
    setBytes: (name) => `${isThere} ${bytesSource("state", lanes.get(name)!, column)}`,
  };
  const plain = `arenaEnd = writeValue(batch, ${column}, row, aggregates.result(values, ${call}), arenaEnd);`;
  return accumulator.emitResult?.(context) ?? plain;
}
