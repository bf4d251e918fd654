import type { CohortPanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawCohorts } from "./draw.tsx";
import { type Cohorts, shapeCohorts } from "./shape.ts";
import { cohortsTwin } from "./twin.ts";

export const kind: PanelKind<CohortPanel, Cohorts> = {
  shape: shapeCohorts,
  twin: cohortsTwin,
  Draw: DrawCohorts,
};
