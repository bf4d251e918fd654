import type { CohortPanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawCohorts } from "./draw.tsx";
import { type Cohorts, shapeCohorts } from "./shape.ts";
import { cohortsTwin } from "./twin.ts";

/** Of eight cohorts. */
export const kind: PanelKind<CohortPanel, Cohorts> = {
  shape: shapeCohorts,
  twin: cohortsTwin,
  Draw: DrawCohorts,
  height: 9 * 26 + 78,
};
