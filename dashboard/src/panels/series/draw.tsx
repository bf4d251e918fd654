import { type ReactNode, useContext, useMemo, useState } from "react";
import type { SeriesPanel } from "../../../../src/serving/pages.ts";
import { TimeChart } from "../../chart/time-chart.tsx";
import { shortText } from "../../data/short-text.ts";
import { ExplainContext, ExplainedNumber } from "../../explain/explained-number.tsx";
import type { Mark } from "../../explain/mark.ts";
import { seriesHeight } from "../heights.ts";
import type { DrawProps } from "../panel-kind.ts";
import { contentOf, thresholdWords } from "./content.ts";
import { type Drawn, drawnSeries, lineAt } from "./drawn.ts";
import { Legend } from "./legend.tsx";
import { type Series, seriesLabel, slotWords } from "./shape.ts";
import { PointTooltip, pointWords } from "./tooltip.tsx";

/** Until the picture is there. */
const usualWidth = 1_000;

export function SeriesDraw(props: DrawProps<SeriesPanel, Series>): ReactNode {
  const { panel, model, around } = props;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [width, setWidth] = useState(usualWidth);
  const drawn = useMemo(
    () => drawnSeries(model, { panel, around, hidden, width }),
    [model, panel, around, hidden, width],
  );
  const content = useMemo(() => contentOf(model, drawn, panel), [model, drawn, panel]);
  const explain = useContext(ExplainContext);
  const point = (index: number) => ({ ...props, hidden, position: drawn.slots[index] ?? 0 });
  return (
    <div className="flex flex-col px-5 pb-3" style={{ height: seriesHeight }}>
      {(model.lines.length > 1 || panel.by !== null) && (
        <Legend lines={model.lines} look={panel.look} hidden={hidden} choose={setHidden} />
      )}
      <TimeChart
        label={seriesLabel(model, props)}
        content={content}
        formatMark={(value) => shortText(value, panel.format, model.currency, 4)}
        wholeNumbers={panel.values.every(({ value }) => value.per === null && value.of.aggregate === "count")}
        times={around.times}
        dimmed={around.dimmed}
        tooltip={(index) => <PointTooltip {...point(index)} />}
        told={(index) => pointWords(point(index))}
        onPress={explain && ((from, index, value) => explain(from, pressedAt(props, drawn, index, value)))}
        onZoom={around.zoom}
        onWidth={setWidth}
      />
      {/* Above the chart, whose marks reach beyond it; there when empty, so that the chart stays as high. */}
      <p
        className="relative min-h-5.5 truncate pt-1 text-xs leading-4.5 text-muted"
        title={footWords(props).join(" · ")}
      >
        <Corrected {...model} />
        {footWords(props, drawn.outside).join(" · ")}
      </p>
    </div>
  );
}

/** A point that is pressed with the pointer is of the line that is there; by keyboard it is of all lines. */
function pressedAt(
  { panel, model }: DrawProps<SeriesPanel, Series>,
  drawn: Drawn,
  index: number,
  value: number | undefined,
): Mark | undefined {
  const slot = model.slots[drawn.slots[index] ?? -1];
  if (slot === undefined) return undefined;
  const only = drawn.lines.length === 1 ? drawn.lines[0]?.position : undefined;
  const line = model.lines[only ?? (value === undefined ? -1 : (lineAt(drawn, index, value, panel) ?? -1))];
  return line === undefined ? [slot.startMs] : [slot.startMs, line.key];
}

/** How many points were corrected after they were final. */
function Corrected({ slots }: Series): ReactNode {
  const corrected = slots.filter(({ revision }) => revision > 0).length;
  if (corrected === 0) return null;
  return (
    <>
      ▲{" "}
      <ExplainedNumber mark="corrected">
        {`corrected: ${corrected} ${corrected === 1 ? "point" : "points"}`}
      </ExplainedNumber>
      {" · "}
    </>
  );
}

/** What is to be known of the picture as a whole. */
function footWords(
  { panel, model, around }: DrawProps<SeriesPanel, Series>,
  outside: SeriesPanel["thresholds"] = [],
): readonly string[] {
  const open = model.slots.findLast((slot) => slot.open);
  return [
    ...(open === undefined ? [] : [`dashed: ${slotWords(open, around.toMs)}`]),
    ...outside.map((level) => `${thresholdWords(level, panel, model.currency)} is outside the picture`),
    ...model.missing,
  ];
}
