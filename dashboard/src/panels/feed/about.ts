import type { FeedPanel } from "../../../../src/serving/pages.ts";
import { type About, about, aboutNumber } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import type { FeedModel } from "./shape.ts";

/** Of an entry: which of its texts, and the position of the number in that; or all its numbers. */
export function aboutFeed(
  [key, of, position]: Mark,
  { items }: FeedModel,
  { panel }: PanelInput<FeedPanel>,
): About | undefined {
  const item = items.find((each) => each.key === key);
  if (item === undefined) return undefined;
  const pieces = of === "more" ? item.more : of === "text" ? item.text : [...item.text, ...(item.more ?? [])];
  const meant = of === undefined ? pieces : pieces?.slice(Number(position), Number(position) + 1);
  const numbers = (meant ?? []).flatMap(({ number }) => {
    if (number === undefined) return [];
    const { column, value, format, currency } = number;
    return [aboutNumber(column, column, value, format, currency)];
  });
  return about([panel.title, of === undefined ? undefined : numbers[0]?.title], numbers, [item.row]);
}
