/**
 * One uPlot canvas in React: made anew when theme, zone or kind change, otherwise only given new data or
 * another width.
 */
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import uPlot from "uplot";
import { currentTheme, onThemeChange } from "../theme/theme.ts";
import type { Times } from "../time/times.ts";
import { resolveColours } from "./colours.ts";
import { type ChartKind, minuteChartOptions } from "./minute-options.ts";

interface MinuteChartProps {
  readonly kind: ChartKind;
  readonly height: number;
  /** What the picture shows, for those who do not see it. */
  readonly label: string;
  readonly data: uPlot.AlignedData;
  readonly formatMark: (value: number) => string;
  readonly wholeNumbers: boolean;
  readonly times: Times;
  readonly dimmed: boolean;
  /** What the pointer is told about the minute at this position. */
  readonly tooltip: (index: number) => ReactNode;
}

export function MinuteChart(props: MinuteChartProps): ReactNode {
  const { kind, height, label, data, wholeNumbers, times, dimmed, tooltip } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const latest = useRef(props);
  const [point, setPoint] = useState<{ readonly index: number; readonly left: number }>();
  const theme = useSyncExternalStore(onThemeChange, currentTheme);

  useLayoutEffect(() => {
    latest.current = props;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: theme and dimmed decide the colours.
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const options = minuteChartOptions({
      kind,
      height,
      wholeNumbers,
      times,
      width: element.clientWidth,
      colours: resolveColours(element),
      formatMark: (value) => latest.current.formatMark(value),
      onPoint: (index, left) => setPoint(index === undefined ? undefined : { index, left }),
    });
    const made = new uPlot(options, latest.current.data, element);
    chart.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [kind, height, wholeNumbers, times, theme, dimmed]);

  useEffect(() => chart.current?.setData(data), [data]);

  const words = point && tooltip(point.index);
  return (
    <div className="relative" style={{ height }}>
      <div ref={place} role="img" aria-label={label} className="h-full w-full" />
      {point !== undefined && words && (
        <div
          className="panel pointer-events-none absolute top-2 z-10 px-2.5 py-1.5 text-xs text-nowrap"
          style={tooltipPlace(point.left, place.current?.clientWidth ?? 0)}
        >
          {words}
        </div>
      )}
    </div>
  );
}

/** Beside the pointer, on the side that has room. `left` is counted from the value axis. */
function tooltipPlace(left: number, width: number): { left: number } | { right: number } {
  const axisWidth = 52;
  const fromLeft = left + axisWidth;
  return fromLeft < width / 2 ? { left: fromLeft + 12 } : { right: width - fromLeft + 12 };
}
