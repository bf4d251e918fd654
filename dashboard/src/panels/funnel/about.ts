import type { FunnelPanel } from "../../../../src/serving/pages.ts";
import { plainName } from "../../data/groups.ts";
import { type About, type AboutNumber, about, aboutNumber, formulaOf, share } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import type { Funnel, FunnelStep } from "./shape.ts";
import { count, type StepNumber, time } from "./words.ts";

/** Of a step's position, which number of it, and the position of a part. */
export function aboutFunnel(
  [at, what, part]: Mark,
  model: Funnel,
  { panel }: PanelInput<FunnelPanel>,
): About | undefined {
  const ofPart = typeof part === "number" ? model.parts[part] : undefined;
  const steps = typeof part === "number" ? ofPart?.steps : model.steps;
  const step = steps?.[Number(at)];
  if (steps === undefined || step === undefined) return undefined;
  const stepValue = (each: FunnelStep, place: number) =>
    aboutNumber(each.title, panel.steps[place]?.value, each.value, count);
  const [first, previous] = [steps[0]!, steps[Number(at) - 1]];
  const own = stepValue(step, Number(at));
  const other = (each: FunnelStep | undefined) =>
    each === undefined || each === step ? [] : [stepValue(each, steps.indexOf(each))];
  const names = [panel.title, step.title, ofPart && plainName([ofPart.name])];
  const told = (number: AboutNumber, ...beside: readonly AboutNumber[]) =>
    about([...names, number === own ? undefined : number.title], [number, ...beside], model.rows);
  const before = previous?.title ?? "";
  switch (what as StepNumber) {
    case "value":
      return told(own);
    case "ofFirst": {
      const formula = `${step.title} ÷ ${first.title}`;
      return told(aboutNumber("Share of the first", formula, step.ofFirst, share), own, ...other(first));
    }
    case "ofPrevious": {
      const formula = `${step.title} ÷ ${before}`;
      const went = aboutNumber("Share of the one before", formula, step.ofPrevious, share);
      return told(went, own, ...other(previous));
    }
    case "dropOff": {
      const dropped = aboutNumber("Dropped off", `${before} − ${step.title}`, step.dropOff, count);
      return told(dropped, ...other(previous), own);
    }
    default:
      return told(aboutTime(what as StepNumber, step, panel.steps[Number(at)]?.seconds ?? undefined));
  }
}

function aboutTime(
  what: StepNumber,
  { took }: FunnelStep,
  seconds: FunnelPanel["steps"][number]["seconds"] | undefined,
): AboutNumber {
  if (took?.is === "measured" && seconds)
    return aboutNumber("Time", `${formulaOf(seconds)} × 1000`, took.ms, time);
  const spread = took?.is === "spread" ? took : undefined;
  return what === "p90"
    ? aboutNumber("Time of nine in ten", undefined, spread?.p90Ms, time)
    : aboutNumber("Median time", undefined, spread?.medianMs, time);
}
