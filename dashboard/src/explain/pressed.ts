/** What was pressed to be explained. */
import type { Detail } from "../../../src/serving/pages.ts";
import type { WireRow } from "../../../src/serving/protocol.ts";
import type { Reading } from "../panels/panel-kind.ts";
import type { Mark } from "./mark.ts";

/** A number of the rows that were asked for when a row was opened: those are in no model of the panel. */
export interface DetailNumber {
  readonly is: "detail";
  readonly detail: Detail;
  /** With the whole condition by which it was asked. */
  readonly source: Detail["source"];
  readonly reading: Reading;
  readonly row: WireRow;
  /** Its position among the detail's. */
  readonly column: number;
}

export function isDetailNumber(pressed: Pressed): pressed is DetailNumber {
  return typeof pressed === "object" && "is" in pressed;
}

/** One number; the rows that were corrected; or undefined, all that the panel shows. */
export type Pressed = Mark | "corrected" | DetailNumber | undefined;
