import type { ReactNode } from "react";
import type { GaugePanel, Level, Tone } from "../../../../src/serving/pages.ts";
import { decimalOf } from "../../data/cells.ts";
import { exactly } from "../../data/exactly.ts";
import { exact, formatted } from "../../data/formatted.ts";
import { levelWords } from "../../data/levels.ts";
import { shortText } from "../../data/short-text.ts";
import { ExplainedNumber } from "../../explain/explained-number.tsx";
import { gaugeHeight } from "../heights.ts";
import type { DrawProps } from "../panel-kind.ts";
import { type Arc, arcPath, pointOf } from "./arc.ts";
import { type Gauge, type Segment, standingWords } from "./shape.ts";

type GaugeProps = DrawProps<GaugePanel, Gauge>;

const toneColours: Readonly<Record<Tone, string>> = {
  good: "var(--ok)",
  warn: "var(--warn)",
  bad: "var(--bad)",
  plain: "var(--accent)",
};

const dial: Arc = { centreX: 110, centreY: 108, radius: 84 };
const ring: Arc = { ...dial, radius: 98 };
/** Between levels, of the scale. */
const gap = 0.006;

export function GaugeDraw(props: GaugeProps): ReactNode {
  const { panel, model, around } = props;
  const { value, currency, beyond, level, newestMs } = model;
  const text = formatted(value, panel.format, currency);
  const standing = standingWords(model);
  const newest = newestMs === undefined ? "" : `newest ${around.times.minute(newestMs)}`;
  const goal = panel.target === null ? "" : `target ${shortText(panel.target, panel.format, currency, 4)}`;
  const words = [beyond ?? "", level === undefined ? "" : levelWords(level), goal].filter(
    (each) => each !== "",
  );
  return (
    <div className="flex flex-col items-center px-5 pb-4 tabular-nums" style={{ height: gaugeHeight }}>
      <div className="relative w-full max-w-58 flex-1">
        <div {...meaning(props)} className="absolute inset-0">
          <Dial {...props} />
        </div>
        <p
          className={`absolute inset-x-12 bottom-5 truncate text-center font-semibold ${sizeOf(text)}`}
          {...exactly(exact(value, panel.format, currency), "no number")}
        >
          <ExplainedNumber mark={["value"]}>{text}</ExplainedNumber>
        </p>
        <p className="absolute inset-x-0 bottom-0 flex justify-between px-1 text-xs leading-4.5 text-muted">
          <bdi>{shortText(panel.min, panel.format, currency, 3)}</bdi>
          <bdi>{shortText(panel.max, panel.format, currency, 3)}</bdi>
        </p>
      </div>
      <p className="h-5 w-full truncate pt-0.5 text-center text-xs leading-4.5" title={words.join(" · ")}>
        {words.join(" · ")}
      </p>
      <p className="h-4.5 w-full truncate text-center text-xs leading-4.5 text-muted">
        {standing === "corrected" ? (
          <ExplainedNumber mark="corrected">{standing}</ExplainedNumber>
        ) : (
          standing || newest
        )}
      </p>
    </div>
  );
}

/** What is long is written smaller, so that it has room between the ends of the dial. */
function sizeOf(text: string): string {
  if (text.length <= 7) return "text-2xl leading-8";
  return text.length <= 10 ? "text-lg leading-7" : "text-sm leading-6";
}

/** A meter has a number; without one it is a picture that says so. */
function meaning(props: GaugeProps) {
  const { panel, model } = props;
  const { value, currency, beyond, level } = model;
  if (value === undefined || panel.max <= panel.min) {
    const text = value === undefined ? "no number" : formatted(value, panel.format, currency);
    return { role: "img", "aria-label": `${panel.title}: ${text}` } as const;
  }
  const words = [
    formatted(value, panel.format, currency),
    beyond ?? "",
    level === undefined ? "" : levelWords(level),
    standingWords(model),
  ];
  return {
    role: "meter",
    "aria-label": panel.title,
    "aria-valuemin": panel.min,
    "aria-valuemax": panel.max,
    "aria-valuenow": panel.min + model.part * (panel.max - panel.min),
    "aria-valuetext": words.filter((each) => each !== "").join(", "),
  } as const;
}

function Dial({ panel, model, ...rest }: GaugeProps): ReactNode {
  const { part, level, segments, targetPart, opening } = model;
  const isOpen = opening !== undefined;
  return (
    <svg
      viewBox="0 0 220 112"
      preserveAspectRatio="xMidYMax meet"
      aria-hidden="true"
      className="absolute inset-x-0 top-0 h-[calc(100%-1.125rem)] w-full"
      fill="none"
    >
      <path d={arcPath(dial, 0, 1)} stroke="var(--raised)" strokeWidth="14" />
      {part > 0 && (
        <path
          d={arcPath(dial, 0, part)}
          stroke={level === undefined ? "var(--accent)" : toneColours[level.tone]}
          strokeWidth="14"
          strokeDasharray={isOpen ? "9 2" : undefined}
          opacity={isOpen ? 0.55 : undefined}
        />
      )}
      {segments.map((segment) => (
        <path
          key={segment.level.from}
          d={arcPath(ring, segment.from + gap, Math.max(segment.from + gap, segment.to - gap))}
          stroke={toneColours[segment.level.tone]}
          strokeWidth="4"
        >
          <title>{segmentWords(segment, { panel, model, ...rest })}</title>
        </path>
      ))}
      {targetPart !== undefined && <TargetMark part={targetPart} />}
    </svg>
  );
}

function TargetMark({ part }: { readonly part: number }): ReactNode {
  const [fromX, fromY] = pointOf({ ...dial, radius: dial.radius - 11 }, part);
  const [toX, toY] = pointOf({ ...dial, radius: dial.radius + 11 }, part);
  return (
    <>
      <path d={`M${fromX} ${fromY}L${toX} ${toY}`} stroke="var(--surface)" strokeWidth="6" />
      <path d={`M${fromX} ${fromY}L${toX} ${toY}`} stroke="var(--ink)" strokeWidth="2.5" />
    </>
  );
}

function segmentWords({ level }: Segment, props: GaugeProps): string {
  return `${levelWords(level)} from ${formattedBound(level.from, props)}`.trimStart();
}

function formattedBound(bound: Level["from"], { panel, model }: GaugeProps): string {
  return formatted(decimalOf(bound), panel.format, model.currency);
}
