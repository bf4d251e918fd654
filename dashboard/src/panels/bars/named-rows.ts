/** Bars of measures: each becomes a row with its name, of the rows that it is measured of. */
import type { BarsPanel } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { newestRow, rowsWithin } from "../../data/cells.ts";
import { measured } from "../../data/measures.ts";
import { writeDecimal } from "../../numbers/exact-decimal.ts";
import type { PanelInput, Reading } from "../panel-kind.ts";

const columns: Reading["columns"] = [
  { name: "name", type: "string", nullable: false, sqlType: "STRING" },
  { name: "value", type: "decimal", nullable: true, sqlType: "DECIMAL(38, 12)" },
];

export function asNamedRows(input: PanelInput<BarsPanel>): PanelInput<BarsPanel> {
  const { panel, readings, around } = input;
  const [reading] = readings;
  if (reading === undefined) return input;
  const within = rowsWithin(reading, panel.time, around.fromMs, around.toMs);
  const newest = newestRow(reading, within, panel.time);
  const rows = panel.values.map(({ title, value }): WireRow => {
    const number = measured(value, reading, within, panel.time);
    return {
      key: title,
      values: [title, number === undefined ? null : writeDecimal(number)],
      final: newest?.final ?? true,
      revision: newest?.revision ?? 0,
    };
  });
  return {
    ...input,
    panel: {
      ...panel,
      by: ["name"],
      time: null,
      value: { of: { aggregate: "latest", column: "value" }, per: null },
    },
    readings: [{ columns, rows, watermarkMs: reading.watermarkMs }],
  };
}
