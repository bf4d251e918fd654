import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useContext,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import type { BubblePanel, NamedMeasure } from "../../../../src/serving/pages.ts";
import { Notes } from "../../chart/notes.tsx";
import { useWidth } from "../../chart/use-width.ts";
import { decimalOf } from "../../data/cells.ts";
import { exactWords } from "../../data/exact-words.ts";
import { formatted } from "../../data/formatted.ts";
import { plainName } from "../../data/groups.ts";
import { ExplainContext } from "../../explain/explained-number.tsx";
import type { DrawProps } from "../panel-kind.ts";
import { type BubbleLayout, layOut, type PlacedBubble } from "./layout.ts";
import type { Bubble, Bubbles } from "./shape.ts";
import { bubbleWords } from "./words.ts";

const pictureHeight = 300;

export function DrawBubbles({ panel, model }: DrawProps<BubblePanel, Bubbles>): ReactNode {
  const [place, width] = useWidth<HTMLDivElement>();
  const [chosen, setChosen] = useState<string>();
  const wordsId = useId();
  const layout = useMemo(
    () => (width === 0 ? undefined : layOut(model.bubbles, { width, height: pictureHeight })),
    [model, width],
  );
  const inOrder = useMemo(() => model.bubbles.toSorted((one, other) => one.near.x - other.near.x), [model]);
  const explain = useContext(ExplainContext);
  const picture = useRef<HTMLDivElement>(null);
  const press = useCallback(
    (key: string) => {
      if (picture.current !== null) explain?.(picture.current, [key]);
    },
    [explain],
  );
  const at = inOrder.findIndex(({ key }) => key === chosen);
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && chosen !== undefined) {
      event.preventDefault();
      press(chosen);
      return;
    }
    const next = placeAfter(event.key, at, inOrder.length);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(inOrder[next]?.key);
  };
  const shown = inOrder[at];
  return (
    <div className="px-5 pb-4">
      <div ref={place} style={{ height: pictureHeight }}>
        <div
          ref={picture}
          role="img"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys go from bubble to bubble.
          tabIndex={0}
          aria-label={pictureWords(panel, model)}
          aria-describedby={wordsId}
          onKeyDown={pressed}
        >
          {layout && (
            <Picture
              {...{ layout, panel, chosen, choose: setChosen }}
              press={explain === undefined ? undefined : press}
            />
          )}
        </div>
      </div>
      <p id={wordsId} aria-live="polite" className="mt-1 min-h-4 text-xs text-muted tabular-nums">
        {shown ? bubbleWords(shown, panel) : restingWords(panel, explain !== undefined)}
      </p>
      <Notes notes={model.notes} />
    </div>
  );
}

function restingWords({ size }: BubblePanel, isExplained: boolean): string {
  const explains = isExplained ? ", Enter explains one" : "";
  return `Area: ${size.title}. Arrow keys go from bubble to bubble${explains}.`;
}

interface PictureProps {
  readonly layout: BubbleLayout;
  readonly panel: BubblePanel;
  readonly chosen: string | undefined;
  readonly choose: (key: string | undefined) => void;
  /** Undefined where nobody explains it. */
  readonly press: ((key: string) => void) | undefined;
}

function Picture({ layout, panel, chosen, choose, press }: PictureProps): ReactNode {
  const ring = layout.bubbles.find(({ bubble }) => bubble.key === chosen);
  return (
    <svg
      width="100%"
      height={pictureHeight}
      aria-hidden="true"
      className="text-muted"
      onPointerLeave={() => choose(undefined)}
    >
      <Axes layout={layout} panel={panel} />
      {layout.bubbles.map((each) => (
        <Circle key={each.bubble.key} placed={each} {...{ panel, choose, press }} />
      ))}
      {layout.bubbles.map(
        ({ bubble: { key, isCorrected }, label }) =>
          label && (
            <text
              key={key}
              x={label.left}
              y={label.top}
              textAnchor={label.anchor}
              className="pointer-events-none fill-ink text-[11px]"
            >
              {label.text}
              {isCorrected && "*"}
            </text>
          ),
      )}
      {ring && (
        <circle
          cx={ring.left}
          cy={ring.top}
          r={ring.radius + 3}
          className="pointer-events-none fill-none stroke-ink stroke-2"
        />
      )}
    </svg>
  );
}

function Axes({
  layout: { xMarks, yMarks, plot },
  panel,
}: Pick<PictureProps, "layout" | "panel">): ReactNode {
  return (
    <g className="fill-muted text-[11px] tabular-nums">
      {yMarks.map(({ value, at }) => (
        <g key={value}>
          <line x1={plot.left} x2={plot.right} y1={at} y2={at} className="stroke-line" />
          <text x={plot.left - 6} y={at + 4} textAnchor="end">
            {markText(value, panel.y)}
          </text>
        </g>
      ))}
      {xMarks.map(({ value, at }) => (
        <text key={value} x={at} y={plot.bottom + 14} textAnchor="middle">
          {markText(value, panel.x)}
        </text>
      ))}
      <text x={0} y={10}>
        {panel.y.title}
      </text>
      <text x={plot.right} y={plot.bottom + 30} textAnchor="end">
        {panel.x.title}
      </text>
    </g>
  );
}

interface CircleProps {
  readonly placed: PlacedBubble;
  readonly panel: BubblePanel;
  readonly choose: (key: string) => void;
  readonly press: PictureProps["press"];
}

const Circle = memo(function Circle({ placed, panel, choose, press }: CircleProps): ReactNode {
  const { bubble, left, top, radius } = placed;
  const look = bubble.isOpen ? "fill-series/15 [stroke-dasharray:3_2]" : "fill-series/35";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: by keyboard the picture has it.
    <circle
      cx={left}
      cy={top}
      r={radius}
      className={`stroke-series ${look} ${press ? "cursor-pointer" : ""}`}
      onPointerEnter={() => choose(bubble.key)}
      onClick={press && (() => press(bubble.key))}
    >
      <title>{bubbleWords(bubble, panel)}</title>
    </circle>
  );
});

function markText(value: number, { format }: NamedMeasure): string {
  const currency = format.currency !== null && "code" in format.currency ? format.currency.code : "";
  return formatted(decimalOf(value), format.as === "money" ? { ...format, digits: 0 } : format, currency);
}

/** Left to right; from nowhere to the first or the last. */
function placeAfter(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return Math.min(at + 1, count - 1);
    case "ArrowLeft":
    case "ArrowUp":
      return at === -1 ? count - 1 : Math.max(at - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}

function pictureWords({ title, x, y, size }: BubblePanel, { bubbles }: Bubbles): string {
  const largest: Bubble | undefined = bubbles[0];
  const most = largest && `; the largest is ${plainName([largest.name])} with ${exactSize(largest, size)}`;
  return `${title}: ${bubbles.length} bubbles, ${y.title} by ${x.title}, the area is ${size.title}${most}.`;
}

function exactSize({ size }: Bubble, { format }: NamedMeasure): string {
  return size === undefined ? "no size" : exactWords(size, format);
}
