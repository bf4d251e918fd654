/** Finds or makes the groups of a batch's rows, compiled; its twin is `interpretLocate`. */
import { everSlice, hashOfEnd, type WindowGroups } from "../operators/window-groups.ts";
import { columnLocals, wordsOf } from "./column-locals.ts";
import { findSource, makeSource } from "./group-source.ts";
import type { LocateKernel } from "./locate-kernel.ts";
import { hashBytes, sameBytes } from "./window-kernel.ts";

export function compileLocate(groups: WindowGroups, keys: readonly number[]): LocateKernel {
  const names = { groups, everHash: hashOfEnd(everSlice), wordsOf, hashBytes, sameBytes };
  const make = new Function(...Object.keys(names), locateSource(groups, keys));
  return make(...Object.values(names)) as LocateKernel;
}

function locateSource({ layout }: WindowGroups, keys: readonly number[]): string {
  return `"use strict";
const state = groups.state, arena = state.arena;
return function locate(batch, selection, count, addresses) {
  const data = batch.arena, view = new DataView(data.buffer, data.byteOffset, data.length);
  ${[...new Set(keys)].map((index) => columnLocals(index)).join("\n  ")}
  let slots = state.pages, index = state.indexPages, mask = state.probeMask;
  for (let place = 0; place < count; place++) {
    const row = selection[place];
    let hash = everHash;
    ${findSource(layout, keys, "Infinity")}
    if (address === 0) { ${makeSource(layout, keys, "Infinity", false)} }
    addresses[place] = address;
  }
};`;
}
