/** What stands for a panel until its rows are there: as high as they will be, so that nothing jumps. */
import type { ReactNode } from "react";
import type { Panel } from "../../../src/serving/pages.ts";
import { gaugeHeight, kpiHeight, seriesHeight } from "./heights.ts";
import { Skeleton } from "./panel.tsx";

export function Placeholder({ panel }: { readonly panel: Panel }): ReactNode {
  return (
    <div className="px-5 pb-4" style={{ height: heightOf(panel) }} aria-busy="true">
      <Skeleton className="h-full" />
    </div>
  );
}

/** In pixels, without its head. */
export function heightOf(panel: Panel): number {
  switch (panel.kind) {
    case "kpi":
      return kpiHeight;
    case "gauge":
      return gaugeHeight;
    case "series":
      return seriesHeight;
    case "status":
      return 12 + 37 * panel.items.length;
    case "table":
      return 78 + 35 * Math.min(panel.pageRows, 12);
    case "bars":
      return 40 + 28 * (panel.values.length || panel.limit);
    case "heat-map":
      return 8 * 26 + 58;
    case "funnel":
      return 4 * 44 + 3 * 30 + 16;
    case "text":
      return 64;
    default:
      return 240;
  }
}
