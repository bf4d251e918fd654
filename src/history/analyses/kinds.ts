/** All kinds of analyses, by name. */
import type { AnalysisKind, AnalysisKindName } from "./analysis.ts";
import { cohort } from "./cohort.ts";
import { funnel } from "./funnel.ts";
import { growth } from "./growth.ts";
import { heatMap } from "./heat-map.ts";
import { paths } from "./paths.ts";
import { segments } from "./segments.ts";
import { top } from "./top.ts";

export const kinds: Readonly<Record<AnalysisKindName, AnalysisKind>> = {
  funnel,
  cohort,
  segments,
  "heat-map": heatMap,
  paths,
  growth,
  top,
};
