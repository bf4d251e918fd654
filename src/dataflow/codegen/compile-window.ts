/**
 * The compiled kernel of a window aggregation: one loop over the selected rows that finds each row's slice,
 * probes the index by the key's lanes and adds to the accumulators, all on typed arrays. Nothing is
 * allocated for a row that meets its group; a new group costs a slot and the copies of its strings.
 */

import { compareSlices } from "../../values/byte-slices.ts";
import type { OverlapLanes } from "../operators/group-layout.ts";
import { everSlice, hashOfEnd } from "../operators/window-groups.ts";
import { addSources, columnsOfCalls, gateSources } from "./aggregate-source.ts";
import { columnLocals, wordsOf } from "./column-locals.ts";
import { compileChange } from "./compile-change.ts";
import { findSource, laneAt, makeSource, reload } from "./group-source.ts";
import {
  appendBytes,
  firstEndOf,
  hashBytes,
  isTakenBack,
  lastEndOf,
  sameBytes,
  sliceEndOf,
  sliceStartOf,
  timeColumnOf,
  type WindowKernel,
  type WindowShape,
} from "./window-kernel.ts";

export function compileWindow(shape: WindowShape): WindowKernel {
  const constants: Uint8Array[] = [];
  const source = windowSource(shape, constants);
  const names = {
    groups: shape.groups,
    bags: shape.groups.aggregates.bags,
    constants,
    window: shape.window,
    parts: shape.groups.parts,
    merged: compileChange(shape.input, shape.groups, true),
    everHash: hashOfEnd(everSlice),
    wordsOf,
    hashBytes,
    sameBytes,
    compareSlices,
    sliceEndOf,
    sliceStartOf,
    firstEndOf,
    lastEndOf,
    hashOfEnd,
    appendBytes,
    isTakenBack,
  };
  const make = new Function(...Object.keys(names), source);
  return make(...Object.values(names)) as WindowKernel;
}

function windowSource(shape: WindowShape, constants: Uint8Array[]): string {
  const { groups, keys, window } = shape;
  const { layout } = groups;
  const used = [...new Set([...keys, ...columnsOfCalls(groups)])];
  return `"use strict";
const state = groups.state, arena = state.arena;
return function takeRows(batch, selection, count, host) {
  const data = batch.arena, view = new DataView(data.buffer, data.byteOffset, data.length);
  const times = batch.columns[${timeColumnOf(window)}].values;
  const watermarks = batch.watermarksMs;
  ${used.map((index) => columnLocals(index)).join("\n  ")}
  ${shape.groups.layout.overlap === undefined ? "for (const bag of bags) bag" : "merged"}.begin(batch);
  let slots = state.pages, index = state.indexPages, mask = state.probeMask;
  let sliceStart = 0, sliceEnd = 0, sliceHash = 0, firstEnd = 0, lastEnd = 0;
  for (let place = 0; place < count; place++) {
    const row = selection[place], time = times[row];
    if (${window.kind === "ATTACHED" ? "time !== sliceEnd" : "time < sliceStart || time >= sliceEnd"}) {
      sliceEnd = sliceEndOf(time, window);
      sliceStart = sliceStartOf(time, window);
      sliceHash = hashOfEnd(sliceEnd);
      firstEnd = firstEndOf(sliceEnd, window);
      lastEnd = lastEndOf(sliceEnd, window);
    }
    ${hasGaps(window) ? "if (lastEnd < firstEnd) { host.inNoWindow(batch, row); continue; }" : ""}
    if (lastEnd - 1 <= watermarks[row]) { host.late(batch, row); continue; }
    ${layout.overlap === undefined ? "" : closePastWindows}
    ${layout.overlap === undefined ? groupSource(shape) : partSource(shape, layout.overlap)}
    ${
      shape.losesRows
        ? "groups.aggregates.change(address, batch, row, isTakenBack(batch, row));"
        : [...gateSources(shape, "add"), ...addSources(shape, constants)].join("\n    ")
    }
  }
};`;
}

/** Between two windows there may be rows that are in none. */
function hasGaps(window: WindowShape["window"]): boolean {
  return window.kind === "HOP" && window.stepMs > window.sizeMs;
}

/** Where windows overlap a row may be late for the first of its windows only. */
const closePastWindows = `const isPast = firstEnd - 1 <= watermarks[row];
    if (isPast) { host.closeUpTo(watermarks[row]); ${reload} }`;

/** The row's group, of its slice and key. */
function groupSource({ groups: { layout }, keys }: WindowShape): string {
  const changed = laneAt("p", layout.changed);
  return `let hash = sliceHash;
    ${findSource(layout, keys, "sliceEnd")}
    if (address === 0) { ${makeSource(layout, keys, "sliceEnd")} }
    else if (p.frozen) p = state.writable(address);
    if (${changed} === 0) { ${changed} = 1; groups.markChanged(address); }`;
}

/**
 * Where windows overlap the key leads to its window's group, which changes with the row, and that to its part
 * of the row's slice: mostly the newest.
 */
function partSource(
  { groups: { layout, aggregates }, keys, losesRows }: WindowShape,
  { newest, newestEnd, stale, hasEarly, early }: OverlapLanes,
): string {
  const isBack = losesRows ? "isTakenBack(batch, row)" : "false";
  return `let hash = everHash;
    ${findSource(layout, keys, "Infinity")}
    if (address === 0) { ${makeSource(layout, keys, "Infinity")} }
    if (${laneAt("p", layout.changed)} === 0) {
      p = state.writable(address);
      ${laneAt("p", layout.changed)} = 1;
      groups.markChanged(address);
    }
    if (isPast || (${laneAt("p", early)} === firstEnd && ${laneAt("p", hasEarly)} === 1)) {
      parts.joinMerged(address, sliceEnd);
      merged.change(address, batch, row, ${isBack});
      p = state.writable(address);
      ${aggregates.hasRest ? `if (isPast) ${laneAt("p", stale)} = 1;` : ""}
    }
    const isNewest = ${laneAt("p", newestEnd)} === sliceEnd && ${laneAt("p", newest)} !== 0;
    const part = isNewest ? ${laneAt("p", newest)} : parts.findOrMake(address, sliceEnd);
    address = part; p = slots[part >>> 16]; o = part & 0xffff;
    if (p.frozen) p = state.writable(part);`;
}
