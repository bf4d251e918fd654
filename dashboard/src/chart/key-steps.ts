/** Where arrow keys lead within a chart: from point to point, and with Shift over a span to zoom to. */

export interface Steps {
  /** The position of the point. */
  readonly at: number;
  /** Where the chosen span begins; undefined where none is chosen. */
  readonly anchor: number | undefined;
}

interface KeyPress {
  readonly key: string;
  readonly shift: boolean;
  /** Of points. */
  readonly count: number;
  /** Where the pointer is, if it is somewhere. */
  readonly from: number | undefined;
}

interface Stepped {
  /** Undefined where the reader left the chart. */
  readonly steps: Steps | undefined;
  /** The first and the last point of what is zoomed to. */
  readonly zoomed?: readonly [number, number] | undefined;
}

/** Of a page's width of points. */
const leap = 10;

/** Undefined of a key that means nothing here. */
export function stepByKey(steps: Steps | undefined, press: KeyPress): Stepped | undefined {
  if (press.key === "Escape") return steps && { steps: undefined };
  if (press.key === "Enter") {
    if (steps?.anchor === undefined || steps.anchor === steps.at) return undefined;
    const zoomed = [Math.min(steps.anchor, steps.at), Math.max(steps.anchor, steps.at)] as const;
    return { steps: undefined, zoomed };
  }
  const from = steps?.at ?? press.from;
  const wanted = wantedPoint(press.key, from, press.count - 1);
  if (wanted === undefined || press.count === 0) return undefined;
  const at = Math.min(press.count - 1, Math.max(0, wanted));
  return { steps: { at, anchor: press.shift ? (steps?.anchor ?? from ?? at) : undefined } };
}

/** The first key leads to the newest point, from whichever side. */
function wantedPoint(key: string, from: number | undefined, last: number): number | undefined {
  switch (key) {
    case "ArrowLeft":
      return from === undefined ? last : from - 1;
    case "ArrowRight":
      return from === undefined ? last : from + 1;
    case "PageUp":
      return (from ?? last) - leap;
    case "PageDown":
      return (from ?? last) + leap;
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}
