import type { KpiPanel } from "../../../../src/serving/pages.ts";
import { compare } from "../../data/ratios.ts";
import { type About, about, aboutNumber, share, timeWords } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import type { Kpi, SparkPoint } from "./shape.ts";

export type ExtremeName = "least" | "mean" | "greatest";

type Input = PanelInput<KpiPanel>;

/** Of "value", "change", "reached", an extreme, or "point" with where that begins. */
export function aboutKpi(mark: Mark, model: Kpi, input: Input): About | undefined {
  const [what, startMs] = mark;
  const { panel } = input;
  switch (what) {
    case "value":
      return about([panel.title], [ownValue(model, input)], model.rows);
    case "change":
      return aboutChange(model, input);
    case "reached": {
      const reached = aboutNumber("Of the target", `value ÷ ${panel.target}`, model.reached, share);
      return about([panel.title, "of its target"], [reached, ownValue(model, input)], model.rows);
    }
    case "point": {
      const point = model.points.find((each) => each.startMs === startMs);
      return point && aboutPoint(point, undefined, model, input);
    }
    default:
      return aboutExtreme(what, model, input);
  }
}

function ownValue({ value, currency }: Kpi, { panel }: Input) {
  return aboutNumber(panel.title, panel.value, value, panel.format, currency);
}

function aboutChange({ change, currency }: Kpi, { panel }: Input): About | undefined {
  if (change?.is !== "ratio") return undefined;
  const { ratio, than, sides, rows } = change;
  const title = [panel.title, `compared with ${than}`];
  if (sides === undefined)
    return about(title, [aboutNumber("Change", panel.change ?? "", ratio, share)], rows);
  const side = (name: string, value: typeof sides.now) =>
    aboutNumber(name, undefined, value, panel.format, currency);
  const numbers = [
    aboutNumber("Change", "(now − before) ÷ before", ratio, share),
    side("Now", sides.now),
    side("Before", sides.before),
  ];
  return about(title, numbers, rows);
}

function aboutExtreme(name: Mark[number] | undefined, model: Kpi, input: Input): About | undefined {
  const { extremes, windows, currency } = model;
  const { panel } = input;
  if (extremes === undefined) return undefined;
  const whole = windows.filter(({ value, open }) => value !== undefined && !open);
  if (name === "mean") {
    const formula = `the sum of ${whole.length} windows ÷ ${whole.length}`;
    const mean = aboutNumber(`${panel.title}, mean`, formula, extremes.mean, panel.format, currency);
    const rows = whole.flatMap((point) => point.rows);
    return about([panel.title, "mean"], [mean], rows);
  }
  const extreme = name === "least" ? extremes.min : extremes.max;
  const point = whole.findLast(({ value }) => value !== undefined && compare(value, extreme) === 0);
  return point && aboutPoint(point, String(name), model, input);
}

function aboutPoint(
  point: SparkPoint,
  name: string | undefined,
  { currency }: Kpi,
  { panel, around }: Input,
): About {
  const time = timeWords(point.startMs, point.endMs, around.times, around.toMs);
  const number = aboutNumber(panel.title, panel.value, point.value, panel.format, currency);
  return about([panel.title, name, time], [number], point.rows);
}
