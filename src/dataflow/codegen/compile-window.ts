/**
 * The compiled kernel of a window aggregation: one loop over the selected rows that finds each row's slice,
 * probes the index by the key's lanes and adds to the accumulators, all on typed arrays. Nothing is
 * allocated for a row that meets its group; a new group costs a slot and the copies of its strings.
 */

import { compareSlices } from "../../values/byte-slices.ts";
import type { GroupLayout, OverlapLanes } from "../operators/group-layout.ts";
import { everSlice, hashOfEnd } from "../operators/window-groups.ts";
import { columnLocals, isNullSource, wordsOf } from "./column-locals.ts";
import { findSource, laneAt, makeSource, reload } from "./group-source.ts";
import {
  hashBytes,
  lastEndOf,
  sameBytes,
  sliceEndOf,
  timeColumnOf,
  type WindowKernel,
  type WindowShape,
} from "./window-kernel.ts";

export function compileWindow(shape: WindowShape): WindowKernel {
  const names = {
    groups: shape.groups,
    window: shape.window,
    everHash: hashOfEnd(everSlice),
    wordsOf,
    hashBytes,
    sameBytes,
    compareSlices,
    sliceEndOf,
    lastEndOf,
    hashOfEnd,
  };
  const make = new Function(...Object.keys(names), windowSource(shape));
  return make(...Object.values(names)) as WindowKernel;
}

function windowSource(shape: WindowShape): string {
  const { groups, keys, window } = shape;
  const { layout } = groups;
  const used = [...new Set([...keys, ...shape.aggregates.flatMap(columnsOfCall)])];
  return `"use strict";
const state = groups.state, arena = state.arena;
return function takeRows(batch, selection, count, host) {
  const data = batch.arena, view = new DataView(data.buffer, data.byteOffset, data.length);
  const times = batch.columns[${timeColumnOf(window)}].values;
  const watermarks = batch.watermarksMs;
  ${used.map((index) => columnLocals(index)).join("\n  ")}
  let slots = state.pages, index = state.indexPages, mask = state.probeMask;
  let sliceStart = 0, sliceEnd = 0, sliceHash = 0, lastEnd = 0;
  for (let place = 0; place < count; place++) {
    const row = selection[place], time = times[row];
    if (${window.kind === "ATTACHED" ? "time !== sliceEnd" : "time < sliceStart || time >= sliceEnd"}) {
      sliceEnd = sliceEndOf(time, window);
      sliceStart = sliceEnd - ${window.kind === "ATTACHED" ? 0 : window.stepMs};
      sliceHash = hashOfEnd(sliceEnd);
      lastEnd = lastEndOf(sliceEnd, window);
    }
    if (lastEnd - 1 <= watermarks[row]) { host.late(row); continue; }
    ${layout.overlap === undefined ? "" : closePastWindows}
    let hash = sliceHash;
    ${findSource(layout, keys, "sliceEnd")}
    if (address === 0) {
      ${makeSource(layout, keys, "sliceEnd")}
      ${layout.overlap === undefined ? "" : attachSource(shape)}
    } else if (p.frozen) p = state.writable(address);
    ${layout.overlap === undefined ? markSource(layout) : markWindowSource(layout.overlap, layout)}
    ${shape.aggregates.map((call, position) => addSource(shape, call, position)).join("\n    ")}
  }
};`;
}

/** Where windows overlap a row may be late for the first of its windows only. */
const closePastWindows = `const isPast = sliceEnd - 1 <= watermarks[row];
    if (isPast) { host.closeUpTo(watermarks[row]); ${reload} }`;

/** A new group of a slice is chained to its window's group, which is made with the first of them. */
function attachSource({ groups: { layout }, keys }: WindowShape): string {
  return `const part = address;
      hash = everHash;
      ${findSource(layout, keys, "Infinity", "")}
      if (address === 0) { ${makeSource(layout, keys, "Infinity")} }
      groups.attach(part, address);
      address = part; p = slots[address >>> 16]; o = address & 0xffff;`;
}

function markSource(layout: GroupLayout): string {
  const changed = laneAt("p", layout.changed);
  return `if (${changed} === 0) { ${changed} = 1; groups.markChanged(address); }`;
}

function markWindowSource(overlap: OverlapLanes, layout: GroupLayout): string {
  return `const whole = ${laneAt("p", overlap.window)}, wholePage = slots[whole >>> 16];
    if (wholePage.u8[(whole & 0xffff) + ${layout.changed.offset}] === 0) {
      state.writable(whole).u8[(whole & 0xffff) + ${layout.changed.offset}] = 1;
      groups.markChanged(whole);
      p = slots[address >>> 16];
    }
    if (isPast) {
      state.writable(whole).u8[(whole & 0xffff) + ${overlap.stale.offset}] = 1;
      p = slots[address >>> 16];
    }`;
}

function columnsOfCall(call: WindowShape["aggregates"][number]): number[] {
  return [call.argument, call.filter].filter((column) => column !== undefined);
}

function addSource(shape: WindowShape, call: WindowShape["aggregates"][number], position: number): string {
  const { accumulator, lanes } = shape.groups.layout.accumulators[position]!;
  const argument = call.argument ?? -1;
  const code = accumulator.emitAdd({
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
      const address = laneAt("p", lane);
      return `compareSlices(data, s${argument}[row], l${argument}[row],
        ${address} === 0 ? data : arena.pages[${address} >>> 16].u8, ${address} & 0xffff,
        ${laneAt("p", lane, 1)})`;
    },
  });
  const conditions = [
    call.argument === undefined || !shape.input.columns[call.argument]!.type.nullable
      ? ""
      : `!(${isNullSource(call.argument)})`,
    call.filter === undefined ? "" : `c${call.filter}[row] === 1`,
  ].filter((condition) => condition !== "");
  return conditions.length === 0 ? code : `if (${conditions.join(" && ")}) { ${code} }`;
}
