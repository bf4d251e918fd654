/** Groups put together and taken apart on their lanes, compiled. Nothing is allocated. */
import type { EmitMergeContext } from "../../functions/aggregate/accumulator.ts";
import type { AccumulatorLanes } from "../operators/group-layout.ts";
import type { WindowGroups } from "../operators/window-groups.ts";
import { laneAt } from "./group-source.ts";
import type { MergeKernel } from "./merge-kernel.ts";

export function compileMerge(groups: WindowGroups): MergeKernel {
  const make = new Function("groups", mergeSource(groups));
  return make(groups) as MergeKernel;
}

function mergeSource({ layout: { accumulators }, aggregates }: WindowGroups): string {
  const { bags, hasExactBags, isExact } = aggregates;
  const { calls } = aggregates.shape;
  const merges = sources((lanes, call) => {
    return lanes.accumulator.emitMerge?.(pairOf(lanes)) ?? `aggregates.mergeCall(${call}, into, from);`;
  });
  const unmerges = sources((lanes, call) => {
    return lanes.accumulator.emitUnmerge?.(pairOf(lanes)) ?? `aggregates.unmergeCall(${call}, into, from);`;
  });
  const hasBags = bags.length > 0;
  const withBags = (exact: boolean, code: string) => (hasBags && hasExactBags === exact ? code : "");
  const pages = `let p = state.pages[into >>> 16];
    if (p.frozen) p = state.writable(into);
    const q = state.pages[from >>> 16], o = into & 0xffff, r = from & 0xffff;`;
  return `"use strict";
const state = groups.state, aggregates = groups.aggregates, arena = state.arena;
return {
  mergeExact(into, from) {
    ${pages}
    ${merges(true)}
    ${withBags(true, "aggregates.mergeBags(into, from);")}
  },
  unmergeExact(into, from) {
    ${pages}
    ${unmerges(true)}
    ${withBags(true, "aggregates.unmergeBags(into, from);")}
  },
  mergeRest(into, from) {
    ${pages}
    ${merges(false)}
    ${withBags(false, "aggregates.mergeBags(into, from);")}
  },
  clear(address) {
    ${hasBags ? "aggregates.freeValues(address);" : ""}
    ${clears(() => true)}
  },
  clearRest(address) {
    ${withBags(false, "aggregates.freeValues(address);")}
    ${clears((call) => !isExact[call])}
  },
};`;

  /** What stands behind a gate is merged with its bag. */
  function sources(source: (lanes: AccumulatorLanes, call: number) => string) {
    const isMeant = (call: number, exact: boolean) =>
      calls[call]!.gate === undefined && isExact[call] === exact;
    return (exact: boolean) =>
      accumulators.map((lanes, call) => (isMeant(call, exact) ? source(lanes, call) : "")).join("\n    ");
  }

  function clears(isCleared: (call: number) => boolean): string {
    return `let p = state.pages[address >>> 16];
    if (p.frozen) p = state.writable(address);
    const o = address & 0xffff;
    ${accumulators.map((lanes, call) => (isCleared(call) ? clearSource(lanes) : "")).join("\n    ")}`;
  }
}

function pairOf({ lanes }: AccumulatorLanes): EmitMergeContext {
  return {
    into: (name) => laneAt("p", lanes.get(name)!),
    from: (name) => laneAt("q", lanes.get(name)!, 0, "r"),
  };
}

function clearSource({ lanes }: AccumulatorLanes): string {
  const clears = [...lanes.values()].map((lane) => {
    const [at, length] = [laneAt("p", lane), laneAt("p", lane, 1)];
    if (lane.kind === "bytes") return `arena.free(${at}, ${length}); ${at} = 0; ${length} = 0;`;
    return `${at} = ${lane.kind === "i64" || lane.kind === "u64" ? "0n" : "0"};`;
  });
  return clears.join(" ");
}
