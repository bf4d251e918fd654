/**
 * The compiled kernel of a window aggregation: one loop over the selected rows that finds each row's slice,
 * probes the index by the key's lanes and adds to the accumulators, all on typed arrays. Nothing is
 * allocated for a row that meets its group; a new group costs a slot and the copies of its strings.
 */

import type { Lane } from "../../state/keyed-state.ts";
import { indexMask, indexShift } from "../../state/paged-state.ts";
import { compareSlices } from "../../values/byte-slices.ts";
import { physicalOf } from "../../values/sql-type.ts";
import type { KeyLanes } from "../operators/window-groups.ts";
import { columnLocals, isNullSource, wordsOf } from "./column-locals.ts";
import { hashBytes, sameBytes, type WindowKernel, type WindowShape } from "./window-kernel.ts";

export function compileWindow(shape: WindowShape): WindowKernel {
  const source = windowSource(shape);
  const make = new Function("groups", "wordsOf", "hashBytes", "sameBytes", "compareSlices", source);
  return make(shape.groups, wordsOf, hashBytes, sameBytes, compareSlices) as WindowKernel;
}

function windowSource(shape: WindowShape): string {
  const { groups, keys, window } = shape;
  const { layout } = groups;
  const { sizeMs, offsetMs } = window;
  const used = [...new Set([...keys, ...shape.aggregates.flatMap(columnsOfCall)])];
  const equal = layout.keys.map((lanes, index) => keyEqualSource(lanes, keys[index]!));
  return `"use strict";
const state = groups.state, arena = state.arena;
return function takeRows(batch, selection, count, late) {
  const data = batch.arena, view = new DataView(data.buffer, data.byteOffset, data.length);
  const times = batch.columns[${window.timeColumn}].values;
  const watermarks = batch.watermarksMs;
  ${used.map((index) => columnLocals(index)).join("\n  ")}
  let slots = state.pages, index = state.indexPages, mask = state.probeMask;
  let sliceStart = 0, sliceEnd = 0, sliceHash = 0, lateCount = 0;
  for (let place = 0; place < count; place++) {
    const row = selection[place], time = times[row];
    if (time < sliceStart || time >= sliceEnd) {
      sliceStart = Math.floor((time - ${offsetMs}) / ${sizeMs}) * ${sizeMs} + ${offsetMs};
      sliceEnd = sliceStart + ${sizeMs};
      sliceHash = Math.imul(sliceEnd / 1000, 0x9e3779b1) ^ (sliceEnd | 0);
    }
    if (sliceEnd - 1 <= watermarks[row]) { lateCount++; late(row, sliceEnd); continue; }
    let hash = sliceHash;
    ${layout.keys.map((lanes, index) => keyHashSource(lanes, keys[index]!)).join("\n    ")}
    hash ^= hash >>> 16;
    let entry = hash & mask, address = 0, p = null, o = 0;
    for (;;) {
      address = index[entry >>> ${indexShift}].i32[entry & ${indexMask}];
      if (address === 0) break;
      p = slots[address >>> 16]; o = address & 0xffff;
      if (p.i32[o >> 2] === hash && ${at("p", layout.sliceEnd)} === sliceEnd${equal.join("")}) break;
      entry = (entry + 1) & mask;
    }
    if (address === 0) {
      address = state.insert(hash, entry);
      groups.joinSlice(address, sliceEnd);
      slots = state.pages; index = state.indexPages; mask = state.probeMask;
      p = slots[address >>> 16]; o = address & 0xffff;
      ${at("p", layout.sliceEnd)} = sliceEnd;
      ${layout.keys.map((lanes, position) => keyStoreSource(lanes, keys[position]!)).join("\n      ")}
    } else if (p.frozen) p = state.writable(address);
    if (${at("p", layout.changed)} === 0) { ${at("p", layout.changed)} = 1; groups.markChanged(address); }
    ${shape.aggregates.map((call, position) => addSource(shape, call, position)).join("\n    ")}
  }
  return lateCount;
};`;
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
