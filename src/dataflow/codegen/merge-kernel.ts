/**
 * What puts groups together and takes them apart, by their addresses. Some calls of an aggregation can be
 * parted again exactly (a count, a sum of whole numbers, sets of values); the rest can only be made anew (an
 * extreme, a sum of fractions). Compiled in `compile-merge.ts`; its plain twin is `GroupAggregates`, which is
 * also called for what no JavaScript is emitted for.
 */
export interface MergeKernel {
  /** Adds what another group holds of what can be taken back. */
  mergeExact(into: number, from: number): void;
  /** Takes that back. */
  unmergeExact(from: number, part: number): void;
  /** Adds what another group holds of the rest. */
  mergeRest(into: number, from: number): void;
  /** Empties a group's aggregates. */
  clear(address: number): void;
  /** Empties the rest of them. */
  clearRest(address: number): void;
}
