/** Names, colours and signs of lines; a click leaves a line out of the picture, another brings it back. */
import type { ReactNode } from "react";
import type { SeriesPanel } from "../../../../src/serving/pages.ts";
import { markerShape } from "../../chart/marker-shapes.ts";
import { lineColour } from "./content.ts";
import type { Line } from "./lines.ts";

interface LegendProps {
  readonly lines: readonly Line[];
  readonly look: SeriesPanel["look"];
  /** Keys of lines. */
  readonly hidden: ReadonlySet<string>;
  readonly choose: (hidden: ReadonlySet<string>) => void;
}

export function Legend({ lines, look, hidden, choose }: LegendProps): ReactNode {
  const toggle = (key: string): void => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    choose(next);
  };
  return (
    <ul aria-label="Lines" className="mb-1 flex max-h-13 flex-wrap gap-x-1 overflow-y-auto">
      {lines.map((line, position) => {
        const isShown = !hidden.has(line.key);
        return (
          <li key={line.key} className="max-w-full">
            <button
              type="button"
              aria-pressed={isShown}
              onClick={() => toggle(line.key)}
              className={`flex h-6 max-w-48 items-center gap-1.5 rounded-md px-1.5 text-xs hover:bg-raised ${
                isShown ? "" : "text-muted line-through"
              }`}
              title={line.title}
            >
              <Sign line={line} position={position} isShown={isShown} withLine={look !== "bars"} />
              <bdi className="truncate">{line.title}</bdi>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

interface SignProps {
  readonly line: Line;
  readonly position: number;
  readonly isShown: boolean;
  readonly withLine: boolean;
}

export function Sign({ line, position, isShown, withLine }: SignProps): ReactNode {
  return (
    <svg
      viewBox="-7 -4 14 8"
      aria-hidden="true"
      className={`h-2 w-3.5 shrink-0 ${isShown ? "" : "opacity-40"}`}
      style={{ color: lineColour(line, position) }}
    >
      {withLine ? (
        <path d="M-7 0H7" stroke="currentColor" strokeWidth="1.5" />
      ) : (
        <rect x="-5" y="-4" width="10" height="8" rx="1.5" fill="currentColor" />
      )}
      <path
        d={markerShape(position)}
        transform={withLine ? "scale(2.9)" : "scale(2)"}
        fill={withLine ? "currentColor" : "var(--surface)"}
      />
    </svg>
  );
}
