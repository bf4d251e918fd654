import type { BubblePanel } from "../../../../src/serving/pages.ts";
import { plainName } from "../../data/groups.ts";
import { type About, about, aboutNumber } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import type { Bubbles } from "./shape.ts";
import { axes } from "./words.ts";

/** Of the key of a bubble and "x", "y" or "size"; without that, of all three. */
export function aboutBubbles(
  [key, axis]: Mark,
  { bubbles }: Bubbles,
  { panel }: PanelInput<BubblePanel>,
): About | undefined {
  const bubble = bubbles.find((each) => each.key === key);
  if (bubble === undefined) return undefined;
  const numbers = axes.flatMap((each) => {
    const { title, value: measure, format } = panel[each];
    const value = bubble[each];
    const isMeant = axis === undefined || axis === each;
    return isMeant ? [aboutNumber(title, measure, value?.value, format, value?.currency)] : [];
  });
  const what = axis === undefined ? undefined : numbers[0]?.title;
  return about([panel.title, plainName([bubble.name]), what], numbers, bubble.rows);
}
