/** How the numbers of a funnel are written. */
import type { Format } from "../../../../src/serving/pages.ts";

export const count: Format = { as: "number", currency: null, digits: null };
export const share: Format = { as: "share", currency: null, digits: 1 };
export const time: Format = { as: "milliseconds", currency: null, digits: null };
