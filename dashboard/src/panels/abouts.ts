/** What is behind a number, by kind of panel. Loaded with the dialog that tells it. */
import type { Panel, PanelKindName } from "../../../src/serving/pages.ts";
import { rowsWithin } from "../data/cells.ts";
import { type About, about } from "../explain/about.ts";
import type { Mark } from "../explain/mark.ts";
import { isDetailNumber, type Pressed } from "../explain/pressed.ts";
import { aboutBars } from "./bars/about.ts";
import { aboutBubbles } from "./bubble/about.ts";
import { aboutCohorts } from "./cohort/about.ts";
import { aboutDetail } from "./detail/about.ts";
import { aboutFeed } from "./feed/about.ts";
import { aboutFunnel } from "./funnel/about.ts";
import { aboutGauge } from "./gauge/about.ts";
import { aboutHeatMap } from "./heat-map/about.ts";
import { aboutKpi } from "./kpi/about.ts";
import type { PanelInput } from "./panel-kind.ts";
import { aboutPlaces } from "./places/about.ts";
import { aboutSeries } from "./series/about.ts";
import { aboutStatus } from "./status/about.ts";
import { aboutTable } from "./table/about.ts";

/** Undefined of a number that is not there any more. */
type AboutMark = (mark: Mark, model: unknown, input: PanelInput) => About | undefined;

const abouts = {
  kpi: aboutKpi,
  series: aboutSeries,
  bars: aboutBars,
  table: aboutTable,
  funnel: aboutFunnel,
  cohort: aboutCohorts,
  "heat-map": aboutHeatMap,
  bubble: aboutBubbles,
  places: aboutPlaces,
  feed: aboutFeed,
  gauge: aboutGauge,
  status: aboutStatus,
  text: () => undefined,
} satisfies Readonly<Record<PanelKindName, unknown>> as Readonly<Record<PanelKindName, unknown>>;

/** `model` is what the panel's kind makes of the same input. Undefined where it is about the whole panel. */
export function aboutPressed(pressed: Pressed, model: unknown, input: PanelInput): About | undefined {
  if (isDetailNumber(pressed)) return aboutDetail(pressed, input.panel);
  const mark = pressed ?? onlyMark(input.panel);
  if (mark === undefined || model === undefined) return undefined;
  if (mark === "corrected") return aboutCorrected(model, input);
  return (abouts[input.panel.kind] as AboutMark)(mark, model, input);
}

/** A panel of one number is about that. */
function onlyMark({ kind }: Panel): Mark | undefined {
  return kind === "kpi" || kind === "gauge" ? ["value"] : undefined;
}

function aboutCorrected(model: unknown, input: PanelInput): About {
  const { panel, readings, around } = input;
  const [reading] = readings;
  const time = "time" in panel ? panel.time : null;
  const all = reading === undefined ? [] : rowsWithin(reading, time, around.fromMs, around.toMs);
  const ofNumber = onlyMark(panel) && aboutPressed(undefined, model, input)?.rows;
  const rows = (ofNumber ?? all).filter(({ revision }) => revision > 0);
  return about([panel.title, "corrected after being final"], [], rows);
}
