import type { BubblePanel } from "../../../../src/serving/pages.ts";
import { exactWords } from "../../data/exact-words.ts";
import { exact } from "../../data/formatted.ts";
import { plainName } from "../../data/groups.ts";
import { noValue } from "../../numbers/format.ts";
import type { PanelInput, Twin } from "../panel-kind.ts";
import type { Bubble, Bubbles } from "./shape.ts";

export const axes = ["x", "y", "size"] as const;

/** All that is known of a bubble, exact. */
export function bubbleWords({ name, x, y, size, isOpen, isCorrected }: Bubble, panel: BubblePanel): string {
  const numbers = (
    [
      ["x", x],
      ["y", y],
      ["size", size],
    ] as const
  ).map(([axis, value]) => {
    const { title, format } = panel[axis];
    return `${title} ${value === undefined ? noValue : exactWords(value, format)}`;
  });
  const standing = [...(isOpen ? ["still open"] : []), ...(isCorrected ? ["corrected"] : [])];
  return `${plainName([name])}: ${[...new Set(numbers), ...standing].join(", ")}`;
}

export function bubblesTwin({ bubbles }: Bubbles, { panel }: PanelInput<BubblePanel>): Twin {
  const { label, x, y, size } = panel;
  return {
    headings: [label, x.title, y.title, size.title],
    rows: bubbles.map((bubble) => [
      plainName([bubble.name]),
      exact(bubble.x.value, x.format, bubble.x.currency),
      exact(bubble.y.value, y.format, bubble.y.currency),
      bubble.size === undefined ? "" : exact(bubble.size.value, size.format, bubble.size.currency),
    ]),
    markAt: (row, column) => {
      const [{ key, size: own }, axis] = [bubbles[row]!, axes[column - 1]];
      return axis === undefined || (axis === "size" && own === undefined) ? undefined : [key, axis];
    },
  };
}
