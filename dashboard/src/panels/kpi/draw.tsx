import type { ReactNode } from "react";
import type { KpiPanel, Tone } from "../../../../src/serving/pages.ts";
import { decimalOf } from "../../data/cells.ts";
import { exactly } from "../../data/exactly.ts";
import { exact, formatted } from "../../data/formatted.ts";
import { shortText } from "../../data/short-text.ts";
import { ExplainedNumber } from "../../explain/explained-number.tsx";
import { type ExactDecimal, nearestNumber } from "../../numbers/exact-decimal.ts";
import { kpiHeight } from "../heights.ts";
import type { DrawProps } from "../panel-kind.ts";
import type { ExtremeName } from "./about.ts";
import { changeWords, type Kpi, standingWords } from "./shape.ts";
import { Sparkline } from "./sparkline.tsx";

const toneClasses: Readonly<Record<Tone, string>> = {
  good: "text-ok",
  bad: "text-bad",
  warn: "text-ink",
  plain: "text-muted",
};

export function KpiDraw({ panel, model, around }: DrawProps<KpiPanel, Kpi>): ReactNode {
  const { value, currency, newestMs, points } = model;
  const standing = standingWords(model);
  const newest = newestMs === undefined ? "" : `newest ${around.times.minute(newestMs)}`;
  return (
    <div className="flex h-full flex-col px-5 pb-4 tabular-nums" style={{ minHeight: kpiHeight }}>
      <p
        className="truncate text-2xl leading-9 font-semibold tracking-tight"
        {...exactly(exact(value, panel.format, currency), "no number")}
      >
        <ExplainedNumber mark={["value"]}>{formatted(value, panel.format, currency)}</ExplainedNumber>
      </p>
      <ChangeLine panel={panel} model={model} />
      <p
        className="truncate text-xs leading-4.5 text-muted"
        title={newestMs === undefined ? undefined : around.times.moment(newestMs)}
      >
        {standing === "corrected" ? (
          <ExplainedNumber mark="corrected">{standing}</ExplainedNumber>
        ) : (
          standing || newest
        )}
      </p>
      <div className="min-h-0 flex-1 py-1">
        {panel.sparkline && points.length > 0 && (
          <Sparkline points={points} label={sparkLabel(panel, model)} />
        )}
      </div>
      <TargetLine panel={panel} model={model} />
      <ExtremesLine panel={panel} model={model} />
    </div>
  );
}

interface LineProps {
  readonly panel: KpiPanel;
  readonly model: Kpi;
}

function ChangeLine({ panel, model: { change, currency } }: LineProps): ReactNode {
  if (change === undefined) return null;
  const { amount, rest, arrow, tone } = changeWords(change, panel.better);
  const write = (value: ExactDecimal) => exact(value, panel.format, currency);
  const title =
    change.is === "ratio" && change.sides !== undefined
      ? `${write(change.sides.now)}; ${change.than}: ${write(change.sides.before)}`
      : rest;
  return (
    <p className="truncate text-xs leading-5 text-muted" title={title}>
      {amount !== "" && (
        <span className={`font-medium ${toneClasses[tone]}`}>
          <span aria-hidden="true">{arrow} </span>
          <ExplainedNumber mark={["change"]}>{amount}</ExplainedNumber>{" "}
        </span>
      )}
      {rest}
      {(tone === "good" || tone === "bad") && (
        <span className="sr-only"> ({tone === "good" ? "better" : "worse"})</span>
      )}
    </p>
  );
}

function TargetLine({ panel, model: { reached, currency } }: LineProps): ReactNode {
  if (reached === undefined || panel.target === null) return null;
  const part = nearestNumber(reached);
  const goal = formatted(decimalOf(panel.target), panel.format, currency);
  const isMissed = part > 1 && panel.better === "less";
  return (
    <div className="flex items-center gap-2 pb-0.5">
      <div aria-hidden="true" className="h-1 flex-1 overflow-hidden rounded-full bg-raised">
        <div
          className={`h-full rounded-full ${isMissed ? "bg-bad" : part >= 1 ? "bg-ok" : "bg-accent"}`}
          style={{ width: `${100 * Math.min(1, Math.max(0, part))}%` }}
        />
      </div>
      <p className="truncate text-xs leading-5 text-muted">
        <ExplainedNumber mark={["reached"]}>{formatted(reached, share, "")}</ExplainedNumber> of{" "}
        <bdi>{goal}</bdi>
      </p>
    </div>
  );
}

const share = { as: "share", currency: null, digits: 0 } as const;

function ExtremesLine({ panel, model: { extremes, currency } }: LineProps): ReactNode {
  if (extremes === undefined) return null;
  const { min, mean, max } = extremes;
  const parts: readonly (readonly [string, ExtremeName, ExactDecimal | undefined])[] = [
    ["min", "least", min],
    ["avg", "mean", mean],
    ["max", "greatest", max],
  ];
  return (
    <dl className="flex gap-2 overflow-hidden text-xs leading-4.5">
      {parts.map(
        ([name, mark, value]) =>
          value && (
            <div key={name} className="flex min-w-0 gap-1">
              <dt className="text-muted">{name}</dt>
              <dd className="truncate" {...exactly(exact(value, panel.format, currency))}>
                <ExplainedNumber mark={[mark]}>
                  {shortText(nearestNumber(value), panel.format, currency, 3)}
                </ExplainedNumber>
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

function sparkLabel({ title, format }: KpiPanel, { points, currency, opening }: Kpi): string {
  const known = points.filter(({ value }) => value !== undefined);
  const ends = [known[0], known.at(-1)].map((point) => formatted(point?.value, format, currency));
  const open = opening === undefined ? "" : "; the last is open";
  return `${title}: ${known.length} points, from ${ends[0]} to ${ends[1]}${open}`;
}
