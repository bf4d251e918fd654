/**
 * The compiled kernel of a window aggregation: one loop over the selected rows that finds each row's slice,
 * probes the index by the key's lanes and adds to the accumulators, all on typed arrays. Nothing is
 * allocated for a row that meets its group; a new group costs a slot and the copies of its strings.
 */

import type { Lane } from "../../state/keyed-state.ts";
import { indexMask, indexShift } from "../../state/paged-state.ts";
import { compareSlices } from "../../values/byte-slices.ts";
import { physicalOf } from "../../values/sql-type.ts";
import type { GroupLayout, KeyLanes, OverlapLanes } from "../operators/group-layout.ts";
import { everSlice, hashOfEnd } from "../operators/window-groups.ts";
import { columnLocals, isNullSource, wordsOf } from "./column-locals.ts";
import {
  hashBytes,
  lastEndOf,
  sameBytes,
  sliceEndOf,
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
  const times = batch.columns[${window.timeColumn}].values;
  const watermarks = batch.watermarksMs;
  ${used.map((index) => columnLocals(index)).join("\n  ")}
  let slots = state.pages, index = state.indexPages, mask = state.probeMask;
  let sliceStart = 0, sliceEnd = 0, sliceHash = 0, lastEnd = 0;
  for (let place = 0; place < count; place++) {
    const row = selection[place], time = times[row];
    if (time < sliceStart || time >= sliceEnd) {
      sliceEnd = sliceEndOf(time, window);
      sliceStart = sliceEnd - ${window.stepMs};
      sliceHash = hashOfEnd(sliceEnd);
      lastEnd = lastEndOf(sliceEnd, window);
    }
    if (lastEnd - 1 <= watermarks[row]) { host.late(row); continue; }
    ${layout.overlap === undefined ? "" : closePastWindows}
    let hash = sliceHash;
    ${findSource(shape, "sliceEnd")}
    if (address === 0) {
      ${makeSource(shape, "sliceEnd")}
      ${layout.overlap === undefined ? "" : attachSource(shape)}
    } else if (p.frozen) p = state.writable(address);
    ${layout.overlap === undefined ? markSource(layout) : markWindowSource(layout.overlap, layout)}
    ${shape.aggregates.map((call, position) => addSource(shape, call, position)).join("\n    ")}
  }
};`;
}

const reload = "slots = state.pages; index = state.indexPages; mask = state.probeMask;";

/** Where windows overlap a row may be late for the first of its windows only. */
const closePastWindows = `const isPast = sliceEnd - 1 <= watermarks[row];
    if (isPast) { host.closeUpTo(watermarks[row]); ${reload} }`;

/** Looks for the group of the row's key: `address` is 0 where there is none, and `entry` its place then. */
function findSource({ groups, keys }: WindowShape, end: string, declare = "let"): string {
  const { layout } = groups;
  const equal = layout.keys.map((lanes, index) => keyEqualSource(lanes, keys[index]!));
  const begin = declare === "" ? "p = null; o = 0;" : "";
  return `${layout.keys.map((lanes, index) => keyHashSource(lanes, keys[index]!)).join("\n    ")}
    hash ^= hash >>> 16;
    ${declare} entry = hash & mask${declare === "" ? ";" : ", address = 0, p = null, o = 0;"} ${begin}
    for (;;) {
      address = index[entry >>> ${indexShift}].i32[entry & ${indexMask}];
      if (address === 0) break;
      p = slots[address >>> 16]; o = address & 0xffff;
      if (p.i32[o >> 2] === hash && ${at("p", layout.sliceEnd)} === ${end}${equal.join("")}) break;
      entry = (entry + 1) & mask;
    }`;
}

function makeSource({ groups, keys }: WindowShape, end: string): string {
  const { layout } = groups;
  return `address = state.insert(hash, entry);
      groups.joinSlice(address, ${end});
      ${reload}
      p = slots[address >>> 16]; o = address & 0xffff;
      ${at("p", layout.sliceEnd)} = ${end};
      ${layout.keys.map((lanes, position) => keyStoreSource(lanes, keys[position]!)).join("\n      ")}`;
}

/** A new group of a slice is chained to its window's group, which is made with the first of them. */
function attachSource(shape: WindowShape): string {
  return `const part = address;
      hash = everHash;
      ${findSource(shape, "Infinity", "")}
      if (address === 0) { ${makeSource(shape, "Infinity")} }
      groups.attach(part, address);
      address = part; p = slots[address >>> 16]; o = address & 0xffff;`;
}

function markSource(layout: GroupLayout): string {
  const changed = at("p", layout.changed);
  return `if (${changed} === 0) { ${changed} = 1; groups.markChanged(address); }`;
}

function markWindowSource(overlap: OverlapLanes, layout: GroupLayout): string {
  return `const whole = ${at("p", overlap.window)}, wholePage = slots[whole >>> 16];
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

/** A lane of the slot at byte offset `o` of page `p`. */
function at(page: string, lane: Lane, extra = 0): string {
  switch (lane.kind) {
    case "u8":
      return `${page}.u8[o + ${lane.offset}]`;
    case "i32":
    case "bytes":
      return `${page}.i32[(o >> 2) + ${lane.offset / 4 + extra}]`;
    default:
      return `${page}.${lane.kind}[(o >> 3) + ${lane.offset / 8}]`;
  }
}

function keyHashSource(key: KeyLanes, column: number): string {
  const mix = (value: string) => `hash = Math.imul(hash ^ ${value}, 0x85ebca6b); hash ^= hash >>> 13;`;
  const words = (array: string) => `${mix(`${array}[row * 2]`)} ${mix(`${array}[row * 2 + 1]`)}`;
  let code: string;
  switch (physicalOf(key.type)) {
    case "bytes":
      code = `hash = hashBytes(view, s${column}[row], l${column}[row], hash);`;
      break;
    case "u8":
    case "i32":
      code = mix(`c${column}[row]`);
      break;
    case "i128":
      code = `${words(`w${column}`)} ${words(`x${column}`)}`;
      break;
    case "f64":
      // 0 and -0 are equal, and so is NaN to NaN: what is equal must have one hash.
      code = `if (c${column}[row] === 0 || c${column}[row] !== c${column}[row]) { ${mix("0x27d4eb2f")} }
        else { ${words(`w${column}`)} }`;
      break;
    default:
      code = words(`w${column}`);
  }
  return key.type.nullable ? `if (${isNullSource(column)}) { ${mix("0x5bd1e995")} } else { ${code} }` : code;
}

function keyEqualSource(key: KeyLanes, column: number): string {
  const value = at("p", key.value);
  const same = sameValueSource(key, column, value);
  if (!key.type.nullable) return ` && ${same}`;
  return ` && ${at("p", key.nulls)} === (${isNullSource(column)} ? 1 : 0)
        && (${at("p", key.nulls)} === 1 || (${same}))`;
}

function sameValueSource(key: KeyLanes, column: number, value: string): string {
  switch (physicalOf(key.type)) {
    case "bytes":
      return `${at("p", key.value, 1)} === l${column}[row] && (l${column}[row] === 0 ||
        sameBytes(arena.pages[${value} >>> 16].view, ${value} & 0xffff,
          view, s${column}[row], l${column}[row]))`;
    case "i128":
      return `${value} === h${column}[row] && ${at("p", key.low!)} === c${column}[row]`;
    case "f64":
      // NaN groups with NaN.
      return `(${value} === c${column}[row] ||
        (${value} !== ${value} && c${column}[row] !== c${column}[row]))`;
    default:
      return `${value} === c${column}[row]`;
  }
}

function keyStoreSource(key: KeyLanes, column: number): string {
  const value = at("p", key.value);
  let code: string;
  switch (physicalOf(key.type)) {
    case "bytes":
      code = `${at("p", key.value, 1)} = l${column}[row];
        ${value} = arena.store(data, s${column}[row], l${column}[row]);`;
      break;
    case "i128":
      code = `${value} = h${column}[row]; ${at("p", key.low!)} = c${column}[row];`;
      break;
    default:
      code = `${value} = c${column}[row];`;
  }
  if (!key.type.nullable) return code;
  return `if (${isNullSource(column)}) ${at("p", key.nulls)} = 1; else { ${code} }`;
}

function addSource(shape: WindowShape, call: WindowShape["aggregates"][number], position: number): string {
  const { accumulator, lanes } = shape.groups.layout.accumulators[position]!;
  const argument = call.argument ?? -1;
  const code = accumulator.emitAdd({
    argument,
    lane: (name) => at("p", lanes.get(name)!),
    half: (name, which) => `p.i32[(o >> 2) + ${lanes.get(name)!.offset / 4 + which}]`,
    storeBytes: (name) => {
      const lane = lanes.get(name)!;
      return `arena.free(${at("p", lane)}, ${at("p", lane, 1)});
        ${at("p", lane)} = arena.store(data, s${argument}[row], l${argument}[row]);
        ${at("p", lane, 1)} = l${argument}[row];`;
    },
    compareBytes: (name) => {
      const lane = lanes.get(name)!;
      const address = at("p", lane);
      return `compareSlices(data, s${argument}[row], l${argument}[row],
        ${address} === 0 ? data : arena.pages[${address} >>> 16].u8, ${address} & 0xffff,
        ${at("p", lane, 1)})`;
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
