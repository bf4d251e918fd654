/** Where bubbles lie in so many pixels, what marks their axes have, and which have room for a name. */
import { plainName } from "../../data/groups.ts";
import type { Bubble } from "./shape.ts";

export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface PlacedBubble {
  readonly bubble: Bubble;
  readonly left: number;
  readonly top: number;
  readonly radius: number;
  readonly label: PlacedLabel | undefined;
}

export interface PlacedLabel {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly anchor: "start" | "middle" | "end";
}

export interface Mark {
  readonly value: number;
  /** In pixels from the left, or from the top. */
  readonly at: number;
}

export interface BubbleLayout {
  readonly bubbles: readonly PlacedBubble[];
  readonly xMarks: readonly Mark[];
  readonly yMarks: readonly Mark[];
  readonly plot: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
}

const room = { left: 52, top: 20, right: 8, bottom: 34 };
const radiusMin = 3;
const labelsMax = 40;
const labelCharactersMax = 20;
const characterWidth = 6.4;
const lineHeight = 13;

export function layOut(bubbles: readonly Bubble[], { width, height }: Box): BubbleLayout {
  const plot = {
    left: room.left,
    top: room.top,
    right: Math.max(width - room.right, room.left + 1),
    bottom: height - room.bottom,
  };
  const radiusMax = radiusMaxOf(bubbles.length, plot);
  const xs = spanOf(bubbles.map(({ near }) => near.x));
  const ys = spanOf(bubbles.map(({ near }) => near.y));
  const across = (value: number) => plot.left + partOf(value, xs) * (plot.right - plot.left);
  const down = (value: number) => plot.bottom - partOf(value, ys) * (plot.bottom - plot.top);
  const most = Math.max(...bubbles.map(({ near }) => near.size));
  const placed = bubbles.map((bubble) => ({
    bubble,
    left: across(bubble.near.x),
    top: down(bubble.near.y),
    // The area is what is compared, not the radius.
    radius: Math.max(radiusMin, most === 0 ? 0 : Math.sqrt(bubble.near.size / most) * radiusMax),
  }));
  return {
    bubbles: labelled(placed, plot),
    xMarks: marksIn(xs, Math.floor((plot.right - plot.left) / 80)).map((value) => ({
      value,
      at: across(value),
    })),
    yMarks: marksIn(ys, 5).map((value) => ({ value, at: down(value) })),
    plot,
  };
}

/** Many together take no more than a part of the picture. */
function radiusMaxOf(count: number, { left, top, right, bottom }: Rectangle): number {
  const share = Math.sqrt((0.4 * (right - left) * (bottom - top)) / (Math.PI * count));
  return Math.max(Math.min(28, (right - left) / 12, share), radiusMin);
}

interface Span {
  readonly low: number;
  readonly high: number;
}

/** A tenth more than there is, and from zero on where it is not far. */
export function spanOf(values: readonly number[]): Span {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const size = most - least || Math.abs(most) || 1;
  const [low, high] = [least - size / 10, most + size / 10];
  return least >= 0 && least < size ? { low: Math.min(0, -size / 20), high } : { low, high };
}

function partOf(value: number, { low, high }: Span): number {
  return (value - low) / (high - low);
}

/** Round numbers, about as many as are wanted. */
export function marksIn({ low, high }: Span, wanted: number): readonly number[] {
  const rough = (high - low) / Math.max(wanted, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const first = Math.ceil(low / step);
  const count = Math.max(Math.floor(high / step) - first + 1, 0);
  return Array.from({ length: count }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

type Unlabelled = Omit<PlacedBubble, "label">;

/** The largest have their names first; a name lies on no bubble and on no other name. */
function labelled(placed: readonly Unlabelled[], plot: Rectangle): readonly PlacedBubble[] {
  const taken = placed.map(({ left, top, radius }) => around(left, top, radius));
  let count = 0;
  return placed.map((each, at) => {
    if (count >= labelsMax) return { ...each, label: undefined };
    const place = labelPlaces(each).find(({ rectangle }) => {
      const isInside =
        rectangle.left >= plot.left &&
        rectangle.right <= plot.right &&
        rectangle.top >= 0 &&
        rectangle.bottom <= plot.bottom;
      return isInside && !taken.some((other, of) => of !== at && meet(rectangle, other));
    });
    if (place === undefined) return { ...each, label: undefined };
    taken.push(place.rectangle);
    count++;
    return { ...each, label: place.label };
  });
}

function labelPlaces({ bubble, left, top, radius }: Unlabelled) {
  const name = plainName([bubble.name]);
  const text = name.length > labelCharactersMax ? `${name.slice(0, labelCharactersMax - 1)}…` : name;
  const width = text.length * characterWidth;
  const [right, half, middle] = [left + radius + 4, width / 2, top + lineHeight / 3];
  const [above, below] = [top - radius - 4, top + radius + lineHeight];
  const lines: readonly [PlacedLabel, number][] = [
    [{ text, left: right, top: middle, anchor: "start" }, right],
    [{ text, left: left - radius - 4, top: middle, anchor: "end" }, left - radius - 4 - width],
    [{ text, left, top: above, anchor: "middle" }, left - half],
    [{ text, left, top: below, anchor: "middle" }, left - half],
  ];
  return lines.map(([label, from]) => ({
    label,
    rectangle: { left: from, right: from + width, top: label.top - lineHeight + 2, bottom: label.top + 2 },
  }));
}

function around(left: number, top: number, radius: number): Rectangle {
  return { left: left - radius, top: top - radius, right: left + radius, bottom: top + radius };
}

function meet(one: Rectangle, other: Rectangle): boolean {
  const isBeside = one.right <= other.left || other.right <= one.left;
  return !isBeside && one.bottom > other.top && other.bottom > one.top;
}
