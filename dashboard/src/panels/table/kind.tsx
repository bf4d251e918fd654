/** Rows to sort, to search, to leaf through; a row opens, or is chosen for the page. */
import type { TablePanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawTable } from "./draw.tsx";
import { shapeTable, type TableModel, twinOfTable } from "./shape.ts";

export const kind: PanelKind<TablePanel, TableModel> = {
  shape: shapeTable,
  twin: twinOfTable,
  Draw: DrawTable,
};
