/** A part as a checkpoint gives it back: its pages copied, all else by way of JSON. */

import { type PartJson, partsFromJson, partsToJson } from "../../src/state/checkpoint/part-json.ts";
import type { PartImage } from "../../src/state/keyed-state.ts";

export function throughCheckpoint(part: PartImage): PartImage {
  const json = JSON.parse(JSON.stringify(partsToJson([part]))) as readonly PartJson[];
  const pages = part.states
    .flatMap(({ slots, index, arena }) => [...slots.pages, ...index.pages, ...arena.pages])
    .map((page) => Uint8Array.from(page));
  return partsFromJson(json, () => pages.shift()!)[0]!;
}
