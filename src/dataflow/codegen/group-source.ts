/**
 * JavaScript that finds or makes the group of a row by its key's lanes, for the kernels that keep groups.
 * In it `slots`, `index`, `mask` are the state's pages, index pages and mask, `p` and `o` the page and
 * place of the group's slot, `hash` the hash so far.
 */
import type { Lane } from "../../state/keyed-state.ts";
import { indexMask, indexShift } from "../../state/paged-state.ts";
import { physicalOf } from "../../values/sql-type.ts";
import type { GroupLayout, KeyLanes } from "../operators/group-layout.ts";
import { isNullSource } from "./column-locals.ts";

export const reload = "slots = state.pages; index = state.indexPages; mask = state.probeMask;";

/** Looks for the group of the row's key: `address` is 0 where there is none, and `entry` its place then. */
export function findSource(layout: GroupLayout, keys: readonly number[], end: string): string {
  const equal = layout.keys.map((lanes, index) => keyEqualSource(lanes, keys[index]!));
  return `${layout.keys.map((lanes, index) => keyHashSource(lanes, keys[index]!)).join("\n    ")}
    hash ^= hash >>> 16;
    let entry = hash & mask, address = 0, p = null, o = 0;
    for (;;) {
      address = index[entry >>> ${indexShift}].i32[entry & ${indexMask}];
      if (address === 0) break;
      p = slots[address >>> 16]; o = address & 0xffff;
      if (p.i32[o >> 2] === hash && ${laneAt("p", layout.sliceEnd)} === ${end}${equal.join("")}) break;
      entry = (entry + 1) & mask;
    }`;
}

/** Makes it there, in the slice. */
export function makeSource(layout: GroupLayout, keys: readonly number[], end: string, joins = true): string {
  return `address = state.insert(hash, entry);
      ${joins ? `groups.joinSlice(address, ${end});` : ""}
      ${reload}
      p = slots[address >>> 16]; o = address & 0xffff;
      ${laneAt("p", layout.sliceEnd)} = ${end};
      ${layout.keys.map((lanes, position) => keyStoreSource(lanes, keys[position]!)).join("\n      ")}`;
}

/** A lane of the slot at a byte offset, `o`, of a page. */
export function laneAt(page: string, lane: Lane, extra = 0, slot = "o"): string {
  switch (lane.kind) {
    case "u8":
      return `${page}.u8[${slot} + ${lane.offset}]`;
    case "i32":
    case "bytes":
      return `${page}.i32[(${slot} >> 2) + ${lane.offset / 4 + extra}]`;
    default:
      return `${page}.${lane.kind}[(${slot} >> 3) + ${lane.offset / 8}]`;
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
  const value = laneAt("p", key.value);
  const same = sameValueSource(key, column, value);
  if (!key.type.nullable) return ` && ${same}`;
  return ` && ${laneAt("p", key.nulls)} === (${isNullSource(column)} ? 1 : 0)
        && (${laneAt("p", key.nulls)} === 1 || (${same}))`;
}

function sameValueSource(key: KeyLanes, column: number, value: string): string {
  switch (physicalOf(key.type)) {
    case "bytes":
      return `${laneAt("p", key.value, 1)} === l${column}[row] && (l${column}[row] === 0 ||
        sameBytes(arena.pages[${value} >>> 16].view, ${value} & 0xffff,
          view, s${column}[row], l${column}[row]))`;
    case "i128":
      return `${value} === h${column}[row] && ${laneAt("p", key.low!)} === c${column}[row]`;
    case "f64":
      // NaN groups with NaN.
      return `(${value} === c${column}[row] ||
        (${value} !== ${value} && c${column}[row] !== c${column}[row]))`;
    default:
      return `${value} === c${column}[row]`;
  }
}

function keyStoreSource(key: KeyLanes, column: number): string {
  const value = laneAt("p", key.value);
  let code: string;
  switch (physicalOf(key.type)) {
    case "bytes":
      code = `${laneAt("p", key.value, 1)} = l${column}[row];
        ${value} = arena.store(data, s${column}[row], l${column}[row]);`;
      break;
    case "i128":
      code = `${value} = h${column}[row]; ${laneAt("p", key.low!)} = c${column}[row];`;
      break;
    default:
      code = `${value} = c${column}[row];`;
  }
  if (!key.type.nullable) return code;
  return `if (${isNullSource(column)}) ${laneAt("p", key.nulls)} = 1; else { ${code} }`;
}
