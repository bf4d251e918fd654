/**
 * One uPlot canvas in React: made anew when theme, zone or structure change, otherwise only given new
 * numbers or another size. Its points are reached by pointer and by arrow keys, and a span of it is zoomed to
 * by dragging, or by arrow keys with Shift and Enter.
 */
import {
  type MouseEvent,
  type ReactNode,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { flushSync } from "react-dom";
import uPlot from "uplot";
import { currentTheme, onThemeChange } from "../theme/theme.ts";
import type { Times } from "../time/times.ts";
import { colourResolver } from "./css-colours.ts";
import { type Steps, stepByKey } from "./key-steps.ts";
import { useSecondTouch } from "./second-touch.ts";
import { structureOf, type TimeContent } from "./time-content.ts";
import { timeChartOptions } from "./time-options.ts";

interface TimeChartProps {
  /** What the picture shows, for those who do not see it. */
  readonly label: string;
  readonly content: TimeContent;
  readonly formatMark: (value: number) => string;
  readonly wholeNumbers: boolean;
  readonly times: Times;
  readonly dimmed: boolean;
  /** What the pointer is told about the point at this position. */
  readonly tooltip: (index: number) => ReactNode;
  /** The same as a sentence, said when the reader moves by keyboard. */
  readonly told: (index: number) => string;
  /** A point is pressed, by pointer with the value that is there. Undefined where nobody explains it. */
  readonly onPress: ((from: HTMLElement, index: number, value: number | undefined) => void) | undefined;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  /** In pixels; said whenever it changes. */
  readonly onWidth: (width: number) => void;
}

export function TimeChart(props: TimeChartProps): ReactNode {
  const { label, content, tooltip, told, onPress } = props;
  const place = useRef<HTMLDivElement>(null);
  const [index, setIndex] = useState<number>();
  const [steps, setSteps] = useState<Steps>();
  // Kept as it was said: new numbers under the cursor are nothing that the reader asked for.
  const [said, setSaid] = useState("");
  const chart = useChart(props, place, setIndex);
  const isMeant = useSecondTouch();

  const click = (event: MouseEvent<HTMLElement>): void => {
    if (!isMeant(event, index) || index === undefined || event.target !== chart.current?.over) return;
    const top = event.clientY - chart.current.over.getBoundingClientRect().top;
    onPress?.(event.currentTarget, index, chart.current.posToVal(top, "y"));
  };

  const move = (key: string, shift: boolean): boolean => {
    const next = stepByKey(steps, { key, shift, count: content.timesSeconds.length, from: index });
    if (next === undefined) return false;
    setSteps(next.steps);
    setSaid(next.steps === undefined ? "" : told(next.steps.at));
    showSteps(chart.current, content, next.steps);
    if (next.zoomed !== undefined) {
      const [from, to] = next.zoomed.map((position) => (content.timesSeconds[position] ?? 0) * 1_000);
      if (from !== undefined && to !== undefined) props.onZoom(from, to);
    }
    return true;
  };

  return (
    // A screen reader leaves the arrow keys to an application.
    <div
      role="application"
      aria-roledescription="chart"
      aria-label={`${label} ${keyWords(onPress !== undefined)}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: its points are reached by arrow keys.
      tabIndex={0}
      className={`relative min-h-0 flex-1 rounded-md ${onPress ? "[&_.u-over]:cursor-pointer" : ""}`}
      onClick={click}
      onKeyDown={(event) => {
        if (event.key === "Enter" && steps !== undefined && steps.anchor === undefined && onPress) {
          event.preventDefault();
          onPress(event.currentTarget, steps.at, undefined);
          return;
        }
        if (!event.altKey && !event.metaKey && !event.ctrlKey && move(event.key, event.shiftKey)) {
          event.preventDefault();
        }
      }}
      onBlur={() => move("Escape", false)}
    >
      <div ref={place} role="img" aria-label={label} className="absolute inset-0" />
      {index !== undefined && index < content.timesSeconds.length && (
        <Tooltip chart={chart.current} seconds={content.timesSeconds[index] ?? 0}>
          {tooltip(index)}
        </Tooltip>
      )}
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
    </div>
  );
}

function keyWords(isExplained: boolean): string {
  const explains = isExplained ? ", Enter explains one" : "";
  return `Arrow keys go from point to point${explains}; with Shift and Enter they zoom.`;
}

function useChart(
  props: TimeChartProps,
  place: { readonly current: HTMLDivElement | null },
  setIndex: (index: number | undefined) => void,
): { readonly current: uPlot | undefined } {
  const chart = useRef<uPlot>(undefined);
  const given = useRef<TimeContent>(undefined);
  const latest = useRef(props);
  const theme = useSyncExternalStore(onThemeChange, currentTheme);
  const { content, wholeNumbers, times, dimmed } = props;
  const structure = structureOf(content);

  useLayoutEffect(() => {
    latest.current = props;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: theme and dimmed decide the colours.
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const options = timeChartOptions({
      wholeNumbers,
      times,
      width: element.clientWidth,
      height: element.clientHeight,
      resolve: colourResolver(element),
      content: () => latest.current.content,
      formatMark: (value) => latest.current.formatMark(value),
      onPoint: setIndex,
      onSpan: (from, to) => latest.current.onZoom(Math.round(from * 1_000), Math.round(to * 1_000)),
    });
    const made = new uPlot(options, dataOf(latest.current.content), element);
    chart.current = made;
    given.current = latest.current.content;
    latest.current.onWidth(element.clientWidth);
    const watcher = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      // Of the size that it was made with it is told too.
      if (width === made.width && height === made.height) return;
      made.setSize({ width, height });
      // At once: the points of this width and the size are one drawing.
      flushSync(() => latest.current.onWidth(width));
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [structure, wholeNumbers, times, theme, dimmed, place, setIndex]);

  // In the same task as the rest of the panel: later it may fall into the frame of what comes next.
  useLayoutEffect(() => {
    if (given.current === content) return;
    given.current = content;
    chart.current?.setData(dataOf(content));
  }, [content]);
  return chart;
}

function dataOf({ timesSeconds, tracks }: TimeContent): uPlot.AlignedData {
  return [[...timesSeconds], ...tracks.map(({ values }) => [...values])];
}

/** The cursor where the reader is, and the span that is chosen. */
function showSteps(chart: uPlot | undefined, { timesSeconds }: TimeContent, steps: Steps | undefined): void {
  if (chart === undefined) return;
  const placeOf = (index: number): number => chart.valToPos(timesSeconds[index] ?? 0, "x");
  if (steps === undefined) {
    chart.setCursor({ left: -10, top: -10 });
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    return;
  }
  chart.setCursor({ left: placeOf(steps.at), top: 0 });
  const [from, to] = [placeOf(steps.anchor ?? steps.at), placeOf(steps.at)];
  const height = chart.over.clientHeight;
  chart.setSelect({ left: Math.min(from, to), top: 0, width: Math.abs(to - from), height }, false);
}

interface TooltipProps {
  readonly chart: uPlot | undefined;
  readonly seconds: number;
  readonly children: ReactNode;
}

/** Beside the point, on the side that has room. */
function Tooltip({ chart, seconds, children }: TooltipProps): ReactNode {
  if (chart === undefined) return null;
  const width = chart.width;
  const left = chart.over.offsetLeft + chart.valToPos(seconds, "x");
  const side = left < width / 2 ? { left: left + 12 } : { right: width - left + 12 };
  return (
    <div
      className="chart-tip panel pointer-events-none absolute top-2 z-10 min-w-32 px-2.5 py-1.5 text-xs"
      style={side}
    >
      {children}
    </div>
  );
}
