/** The twin of a chart for those who read numbers rather than pictures; loaded when first asked for. */
import type { ReactNode } from "react";
import { exactMoney, formatCount, noValue } from "../../numbers/format.ts";
import { useTimes } from "../../time/use-times.ts";
import { type Minute, stateWords } from "../revenue-windows/shape.ts";
import type { Measure } from "./shape.ts";

interface MinuteTableProps {
  readonly title: string;
  readonly measure: Measure;
  readonly minutes: readonly Minute[];
  readonly currency: string;
  readonly nowMs: number;
}

export function MinuteTable({ title, measure, minutes, currency, nowMs }: MinuteTableProps): ReactNode {
  const times = useTimes();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="h-full overflow-y-auto rounded-md" aria-label={`${title}, as a table`} tabIndex={0}>
      <table className="w-full text-sm tabular-nums">
        <thead className="sticky top-0 bg-surface text-left text-xs text-muted">
          <tr className="border-b border-line">
            <th scope="col" className="px-2 py-1.5 font-medium">
              Minute
            </th>
            <th scope="col" className="px-2 py-1.5 text-right font-medium">
              {measure === "revenue" ? "Revenue" : "Orders"}
            </th>
            <th scope="col" className="px-2 py-1.5 text-right font-medium">
              State
            </th>
          </tr>
        </thead>
        <tbody>
          {minutes.toReversed().map(({ startMs, is }) => (
            <tr key={startMs} className="border-b border-line last:border-0">
              <td className="px-2 py-1">{times.minute(startMs)}</td>
              <td className="px-2 py-1 text-right">{valueText(is, measure, currency)}</td>
              <td className="px-2 py-1 text-right text-muted">
                {typeof is === "string" ? noValue : stateWords(is, nowMs)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function valueText(is: Minute["is"], measure: Measure, currency: string): string {
  if (is === "unknown") return noValue;
  if (is === "nothing") return "0";
  if (measure === "orders") return formatCount(is.orders);
  return is.revenue === null ? noValue : exactMoney(is.revenue, currency);
}
