/** What a point is: its time, the number of each line with every digit, its state, and its marks. */
import type { ReactNode } from "react";
import type { SeriesPanel } from "../../../../src/serving/pages.ts";
import { formatted } from "../../data/formatted.ts";
import { fullText } from "../../data/full-text.ts";
import type { ExactDecimal } from "../../numbers/exact-decimal.ts";
import { noValue } from "../../numbers/format.ts";
import type { DrawProps } from "../panel-kind.ts";
import { Sign } from "./legend.tsx";
import type { Line } from "./lines.ts";
import { marksAt, type Series, slotWords } from "./shape.ts";

interface PointProps extends DrawProps<SeriesPanel, Series> {
  /** Keys of lines. */
  readonly hidden: ReadonlySet<string>;
  /** Of the slot. */
  readonly position: number;
}

export function PointTooltip(props: PointProps): ReactNode {
  const { model, around, position, panel } = props;
  const slot = model.slots[position];
  if (slot === undefined) return null;
  const state = slotWords(slot, around.toMs);
  return (
    <>
      <p className="text-muted">
        {around.times.moment(slot.startMs)}
        {state !== "" && ` · ${state}`}
      </p>
      <ul className="mt-0.5 tabular-nums">
        {valuesAt(props).map(({ line, at, text }) => (
          <li key={line.key} className="flex items-center gap-1.5 leading-5">
            {model.lines.length > 1 && (
              <Sign line={line} position={at} isShown withLine={panel.look !== "bars"} />
            )}
            <bdi className="min-w-0 truncate text-muted">{line.title}</bdi>
            <bdi className="ml-auto pl-3 font-semibold">{text}</bdi>
          </li>
        ))}
      </ul>
      {marksAt(model, position).map(({ ms, text }) => (
        <p key={`${ms} ${text}`} className="mt-1 line-clamp-2 break-words">
          <span className="text-muted">▼ {around.times.minute(ms)}</span> <bdi>{text}</bdi>
        </p>
      ))}
    </>
  );
}

/** In a sentence. */
export function pointWords(props: PointProps): string {
  const { model, around, position } = props;
  const slot = model.slots[position];
  if (slot === undefined) return "";
  return [
    around.times.moment(slot.startMs),
    slotWords(slot, around.toMs),
    ...valuesAt(props).map(({ line, text }) => `${line.title} ${text}`),
    ...marksAt(model, position).map(({ text }) => text),
  ]
    .filter((words) => words !== "")
    .join(", ");
}

function valuesAt({ model, hidden, position }: PointProps) {
  return model.lines.flatMap((line, at) => {
    if (hidden.has(line.key)) return [];
    return [{ line, at, text: valueText(line, line.values[position], model.currency) }];
  });
}

function valueText({ format, isRate }: Line, value: ExactDecimal | undefined, currency: string): string {
  if (value === undefined) return noValue;
  return isRate ? formatted(value, format, currency) : fullText(value, format, currency);
}
