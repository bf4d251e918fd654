/** What parts keep beside their pages, as JSON. Pages are counted there; the page table has them in order. */
import type { PageSetImage, PartImage, StateImage } from "../keyed-state.ts";
import { numbersFromJson, numbersToJson } from "./checkpoint-format.ts";

interface PagesJson {
  readonly pages: number;
  readonly cursor: readonly number[];
}

interface StateJson {
  readonly slotBytes: number;
  readonly layout: string;
  readonly slotCount: number;
  readonly slots: PagesJson;
  readonly index: PagesJson;
  readonly arena: PagesJson;
}

export interface PartJson {
  readonly numbers: readonly (number | string)[];
  readonly states: readonly StateJson[];
}

export function partsToJson(parts: readonly PartImage[]): readonly PartJson[] {
  return parts.map(({ numbers, states }) => ({
    numbers: numbersToJson(numbers),
    states: states.map(({ slots, index, arena, ...of }) => ({
      ...of,
      slots: pagesToJson(slots),
      index: pagesToJson(index),
      arena: pagesToJson(arena),
    })),
  }));
}

/** `takePage` answers the pages one after the other. */
export function partsFromJson(
  parts: readonly PartJson[],
  takePage: () => Uint8Array<ArrayBuffer>,
): readonly PartImage[] {
  const pagesOf = ({ pages, cursor }: PagesJson): PageSetImage => ({
    pages: Array.from({ length: pages }, takePage),
    cursor,
  });
  const stateOf = ({ slots, index, arena, ...of }: StateJson): StateImage => {
    const [slotPages, indexPages] = [pagesOf(slots), pagesOf(index)];
    return { ...of, slots: slotPages, index: indexPages, arena: pagesOf(arena) };
  };
  return parts.map(({ numbers, states }) => ({
    numbers: numbersFromJson(numbers),
    states: states.map(stateOf),
  }));
}

function pagesToJson({ pages, cursor }: PageSetImage): PagesJson {
  return { pages: pages.length, cursor };
}
