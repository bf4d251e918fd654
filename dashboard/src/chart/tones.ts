/** Colours of what is drawn in HTML and SVG; what they mean is told in words beside them. */
import type { Tone } from "../../../src/serving/pages.ts";

export const toneFill: Readonly<Record<Tone, string>> = {
  good: "bg-ok",
  warn: "bg-warn",
  bad: "bg-bad",
  plain: "bg-series",
};

/** Of parts that lie beside each other; there are no more of them than this. */
export const partFills = ["bg-part-1", "bg-part-2", "bg-part-3", "bg-part-4", "bg-part-5", "bg-part-6"];
