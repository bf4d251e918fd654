import type { GaugePanel } from "../../../../src/serving/pages.ts";
import { type About, about, aboutNumber } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import type { Gauge } from "./shape.ts";

/** Of "value": there is no other number. */
export function aboutGauge(
  _mark: Mark,
  { value, currency, rows }: Gauge,
  { panel }: PanelInput<GaugePanel>,
): About {
  return about([panel.title], [aboutNumber(panel.title, panel.value, value, panel.format, currency)], rows);
}
