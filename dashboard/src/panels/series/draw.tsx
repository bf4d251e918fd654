import { type ReactNode, useMemo, useState } from "react";
import type { SeriesPanel } from "../../../../src/serving/pages.ts";
import { TimeChart } from "../../chart/time-chart.tsx";
import { shortText } from "../../data/short-text.ts";
import { seriesHeight } from "../heights.ts";
import type { DrawProps } from "../panel-kind.ts";
import { contentOf, thresholdWords } from "./content.ts";
import { drawnSeries } from "./drawn.ts";
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
        onZoom={around.zoom}
        onWidth={setWidth}
      />
      <p className="truncate pt-1 text-xs leading-4.5 text-muted" title={footWords(props).join(" · ")}>
        {footWords(props, drawn.outside).join(" · ")}
      </p>
    </div>
  );
}

/** What is to be known of the picture as a whole. */
function footWords(
  { panel, model, around }: DrawProps<SeriesPanel, Series>,
  outside: SeriesPanel["thresholds"] = [],
): readonly string[] {
  const open = model.slots.findLast((slot) => slot.open);
  const corrected = model.slots.filter(({ revision }) => revision > 0).length;
  return [
    ...(open === undefined ? [] : [`dashed: ${slotWords(open, around.toMs)}`]),
    ...(corrected === 0 ? [] : [`▲ corrected: ${corrected} ${corrected === 1 ? "point" : "points"}`]),
    ...outside.map((level) => `${thresholdWords(level, panel, model.currency)} is outside the picture`),
    ...model.missing,
  ];
}
