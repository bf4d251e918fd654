/** How things are, item by item: what rows say is told here, what is of this moment when it is drawn. */
import type { ConnectionState } from "../../../../src/client/index.ts";
import type { StatusItem, StatusPanel, Tone } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { currencyOf, exact, formatted } from "../../data/formatted.ts";
import { measured } from "../../data/measures.ts";
import type { PanelInput, Reading, Twin } from "../panel-kind.ts";

export type ShownItem =
  | { readonly is: "connection" | "clock" | "uptime" | "views"; readonly title: string }
  | {
      readonly is: "measure";
      readonly title: string;
      readonly text: string;
      readonly exact: string;
      /** Of what it is measured of. */
      readonly state: "open" | "corrected" | "final";
    };

export interface StatusModel {
  readonly items: readonly ShownItem[];
}

export function shapeStatus({ panel, readings }: PanelInput<StatusPanel>): StatusModel | undefined {
  if (panel.items.length === 0) return undefined;
  return { items: panel.items.map((item) => shownItem(item, readings)) };
}

function shownItem({ title, shows }: StatusItem, readings: readonly Reading[]): ShownItem {
  if (shows.is !== "measure") return { is: shows.is, title };
  const reading = readings[shows.source];
  const value = reading && measured(shows.value, reading, reading.rows, null);
  const currency = reading === undefined ? "" : currencyOf(shows.format, reading, reading.rows[0]);
  return {
    is: "measure",
    title,
    text: formatted(value, shows.format, currency),
    exact: exact(value, shows.format, currency),
    state: stateOf(reading?.rows ?? []),
  };
}

/** What is still open may still grow; what was corrected may have gone down. */
function stateOf(rows: readonly WireRow[]): "open" | "corrected" | "final" {
  if (rows.some(({ final }) => !final)) return "open";
  return rows.some(({ revision }) => revision > 0) ? "corrected" : "final";
}

/** What is of this moment, as the connection or the clock, is in no download. */
export function twinOfStatus({ items }: StatusModel): Twin {
  const told = items.flatMap((item, at) => (item.is === "measure" ? [{ item, at }] : []));
  return {
    headings: ["What", "Value"],
    rows: told.map(({ item }) => [item.title, item.exact]),
    markAt: (row, column) => (column === 1 ? [told[row]!.at] : undefined),
  };
}

export interface ConnectionLook {
  readonly tone: Tone;
  readonly words: string;
}

/** Green connected, red disconnected, yellow with an error, grey otherwise. */
export function connectionLook(connection: ConnectionState, clientMs: number): ConnectionLook {
  switch (connection.status) {
    case "connecting":
      return { tone: "plain", words: "Connecting" };
    case "live":
      return { tone: "good", words: "Connected" };
    case "reconnecting": {
      const seconds = Math.ceil((connection.nextTryAt - clientMs) / 1_000);
      return { tone: "warn", words: `Reconnecting ${seconds > 0 ? `in ${seconds} s` : "now"}` };
    }
    case "closed":
      if (connection.because === "asked") return { tone: "bad", words: "Disconnected" };
      return { tone: "warn", words: "The server is another version: load this page again" };
  }
}
