/** The way of a number, as small as a word. What is open at its end is dashed, and its point hollow. */
import type { ReactNode } from "react";
import { nearestNumber } from "../../numbers/exact-decimal.ts";
import type { SparkPoint } from "./shape.ts";

const width = 200;
const height = 32;
/** So that no stroke is cut. */
const room = 4;

interface SparklineProps {
  readonly points: readonly SparkPoint[];
  readonly label: string;
}

export function Sparkline({ points, label }: SparklineProps): ReactNode {
  const places = placesOf(points);
  const last = places.findLast((place) => place !== undefined);
  const firstOpen = points.findIndex(({ open }, index) => open && places[index] !== undefined);
  const whole = firstOpen === -1 ? places : places.slice(0, firstOpen);
  const open = firstOpen === -1 ? [] : places.slice(Math.max(0, firstOpen - 1));
  const stroke = { fill: "none", vectorEffect: "non-scaling-stroke", strokeLinecap: "round" } as const;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="h-full w-full overflow-visible text-accent"
      stroke="currentColor"
    >
      <path d={pathOf(whole)} {...stroke} strokeWidth="1.5" strokeLinejoin="round" />
      <path d={pathOf(open)} {...stroke} strokeWidth="1.5" strokeDasharray="3 3" opacity="0.75" />
      {last !== undefined && <path d={dot(last)} {...stroke} strokeWidth="7" />}
      {last !== undefined && firstOpen !== -1 && (
        <path d={dot(last)} {...stroke} strokeWidth="4" className="text-surface" />
      )}
    </svg>
  );
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function placesOf(points: readonly SparkPoint[]): readonly (Place | undefined)[] {
  const values = points.map(({ value }) => (value === undefined ? Number.NaN : nearestNumber(value)));
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const [fromMs, toMs] = [points[0]?.startMs ?? 0, points.at(-1)?.startMs ?? 0];
  return points.map(({ startMs }, index) => {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) return undefined;
    const across = toMs === fromMs ? 1 : (startMs - fromMs) / (toMs - fromMs);
    const up = high === low ? 0.5 : (value - low) / (high - low);
    return { x: room + across * (width - 2 * room), y: height - room - up * (height - 2 * room) };
  });
}

/** A point between gaps is a line of no length: with round ends it is a dot. */
function pathOf(places: readonly (Place | undefined)[]): string {
  return places
    .map((place, index) => {
      if (place === undefined) return "";
      if (places[index - 1] !== undefined) return `L${at(place)}`;
      return places[index + 1] === undefined ? dot(place) : `M${at(place)}`;
    })
    .join("");
}

function dot(place: Place): string {
  return `M${at(place)}h0`;
}

function at({ x, y }: Place): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
