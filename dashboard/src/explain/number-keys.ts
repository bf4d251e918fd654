/** Arrow keys lead from one number of a panel to the next one in their direction, wherever it is drawn. */
import type { KeyboardEvent } from "react";

/** The middle of a number, in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** What is less apart stands in one line. */
const lineHeight = 12;

/** The position of the nearest in that direction; undefined where there is none, or of another key. */
export function nextSpot(spots: readonly Spot[], from: Spot, key: string): number | undefined {
  const isLevel = key === "ArrowLeft" || key === "ArrowRight";
  if (!isLevel && key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  let [found, least]: [number | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const [place, { x, y }] of spots.entries()) {
    const [along, aside] = isLevel ? [x - from.x, y - from.y] : [y - from.y, x - from.x];
    if (isLevel ? along * sign <= 0 || Math.abs(aside) >= lineHeight : along * sign < lineHeight) continue;
    // The next line first, and in it what stands nearest.
    const distance = isLevel
      ? along * sign
      : Math.round((along * sign) / lineHeight) * 10_000 + Math.abs(aside);
    if (distance < least) [found, least] = [place, distance];
  }
  return found;
}

export function moveByArrow(event: KeyboardEvent<HTMLElement>): void {
  const own = event.currentTarget;
  for (let place = own.closest("section"); place !== null; place = sectionAround(place)) {
    const numbers = numbersIn(place);
    const next = nextSpot(numbers.map(spotOf), spotOf(own), event.key);
    if (next === undefined) continue;
    // What scrolls, or has arrow keys of its own, is not to take it too.
    event.preventDefault();
    event.stopPropagation();
    numbers[next]?.focus();
    return;
  }
}

/** Within the panel: rows that a row was opened for stand within those of a table. */
function sectionAround(section: HTMLElement): HTMLElement | null {
  return section.dataset.state === undefined ? (section.parentElement?.closest("section") ?? null) : null;
}

/** For what scrolls and has the focus itself: the first key leads to its first number. */
export function enterByArrow(event: KeyboardEvent<HTMLElement>): void {
  if (event.target !== event.currentTarget || !/^Arrow(Down|Right)$/.test(event.key)) return;
  const [first] = numbersIn(event.currentTarget);
  if (first === undefined) return;
  event.preventDefault();
  first.focus();
}

function numbersIn(place: Element | null): readonly HTMLElement[] {
  return [...(place?.querySelectorAll<HTMLElement>("[data-number]") ?? [])];
}

function spotOf(element: Element): Spot {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
