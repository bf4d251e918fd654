/**
 * A row added to the aggregates of a group, or taken back, compiled: all on the group's lanes. What a batch
 * has is kept from its beginning on, so that a row costs no look at its columns. Nothing is allocated but by
 * aggregates that no JavaScript is emitted for.
 */
import { compareSlices } from "../../values/byte-slices.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { WindowGroups } from "../operators/window-groups.ts";
import { addSources, columnsOfCalls, gateSources, retractSources } from "./aggregate-source.ts";
import type { ChangeKernel } from "./change-kernel.ts";
import { columnNames, wordsOf } from "./column-locals.ts";
import { appendBytes } from "./window-kernel.ts";

/** `isExact`: only what can be parted again exactly. */
export function compileChange(input: RowSchema, groups: WindowGroups, isExact = false): ChangeKernel {
  const constants: Uint8Array[] = [];
  const source = changeSource(input, groups, constants, isExact);
  const { aggregates } = groups;
  const names = { groups, aggregates, bags: aggregates.bags, constants, wordsOf, compareSlices, appendBytes };
  const make = new Function(...Object.keys(names), source);
  return make(...Object.values(names)) as ChangeKernel;
}

function changeSource(
  input: RowSchema,
  groups: WindowGroups,
  constants: Uint8Array[],
  isExact: boolean,
): string {
  const shape = { input, groups, isExact };
  const columns = columnsOfCalls(groups).map(columnNames);
  const adds = [...gateSources(shape, "add"), ...addSources(shape, constants)];
  const retracts = [...gateSources(shape, "retract"), ...retractSources(shape, constants)];
  return `"use strict";
const state = groups.state, arena = state.arena;
let data${columns.map(({ names }) => `, ${names}`).join("")};
return {
  begin(batch) {
    data = batch.arena;
    ${columns.map(({ fill }) => fill).join("\n    ")}
    for (const bag of bags) bag.begin(batch);
  },
  change(address, batch, row, isRetraction) {
    let p = state.pages[address >>> 16];
    if (p.frozen) p = state.writable(address);
    const o = address & 0xffff;
    if (isRetraction) {
    ${retracts.join("\n    ")}
    } else {
    ${adds.join("\n    ")}
    }
  },
};`;
}
