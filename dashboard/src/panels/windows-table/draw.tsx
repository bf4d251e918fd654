/** Open and final windows, newest first. Loaded after the charts, which are what people look at first. */
import { memo, type ReactNode } from "react";
import type { ExactDecimal } from "../../numbers/exact-decimal.ts";
import { exactMoney, formatCount, noValue, tableMoney } from "../../numbers/format.ts";
import type { Times } from "../../time/times.ts";
import { useTimes } from "../../time/use-times.ts";
import { type RevenueWindow, stateWords } from "../revenue-windows/shape.ts";
import type { WindowsTableShape } from "./shape.ts";

interface WindowsTableProps {
  readonly shape: WindowsTableShape;
  readonly nowMs: number;
  readonly onShowMore: () => void;
}

const headings = ["Minute", "Orders", "Revenue", "Average order", "State"] as const;

export function WindowsTable({ shape, nowMs, onShowMore }: WindowsTableProps): ReactNode {
  const times = useTimes();
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="overflow-x-auto" aria-label="Windows, newest first" tabIndex={0}>
        <table className="w-full text-sm tabular-nums sm:table-fixed">
          <thead className="text-xs text-muted">
            <tr className="border-b border-line">
              {headings.map((heading, column) => (
                <th key={heading} scope="col" className={`${cell(column)} pt-1 pb-2.5 font-medium`}>
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shape.windows.map((window, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a new minute moves no row.
              <WindowRow key={index} window={window} state={stateWords(window, nowMs)} times={times} />
            ))}
          </tbody>
        </table>
      </section>
      <div className="flex items-center gap-3 px-5 py-3 text-xs text-muted">
        {shape.more > 0 && (
          <button type="button" onClick={onShowMore} className="font-medium text-accent hover:underline">
            Show {shape.more} more
          </button>
        )}
        {shape.beyond > 0 && <span>{shape.beyond} older ones are in the view itself.</span>}
      </div>
    </>
  );
}

interface WindowRowProps {
  readonly window: RevenueWindow;
  readonly state: string;
  readonly times: Times;
}

/**
 * Windows keep their identity until they change: of a table that is drawn again, only the open row is made
 * anew.
 */
const WindowRow = memo(function WindowRow({ window, state, times }: WindowRowProps): ReactNode {
  const { startMs, orders, revenue, average, currency, final, revision } = window;
  const look = final
    ? revision > 0
      ? "bg-raised px-2 text-ink"
      : "text-muted"
    : "bg-accent-soft px-2 text-accent";
  return (
    <tr className="border-b border-line last:border-0 hover:bg-raised">
      <td className={`${cell(0)} py-2`} title={times.moment(startMs)}>
        {times.minute(startMs)}
      </td>
      <td className={`${cell(1)} py-2`} title={orders.toString()}>
        {formatCount(orders)}
      </td>
      <Money column={2} amount={revenue} currency={currency} />
      <Money column={3} amount={average} currency={currency} />
      <td className={`${cell(4)} py-2`}>
        <span className={`inline-block rounded-full py-0.5 text-xs ${look}`}>{state}</span>
      </td>
    </tr>
  );
});

interface MoneyProps {
  readonly column: number;
  readonly amount: ExactDecimal | null;
  readonly currency: string;
}

/** Long digits take a second line: cut off they would be another amount. A long code is no loss. */
function Money({ column, amount, currency }: MoneyProps): ReactNode {
  const { digits, code } = amount ? tableMoney(amount, currency) : { digits: noValue, code: "" };
  return (
    <td className={`${cell(column)} py-2`} title={amount ? exactMoney(amount, currency) : "no amount"}>
      <span className={code === "" ? "" : "whitespace-normal break-all"}>{digits}</span>
      {code !== "" && (
        <bdi className="ml-1 inline-block max-w-14 truncate align-bottom text-muted">{code}</bdi>
      )}
    </td>
  );
}

function cell(column: number): string {
  const edges = column === 0 ? "pl-5" : column === headings.length - 1 ? "pr-5" : "";
  return `px-3 whitespace-nowrap ${column === 0 ? "text-left" : "text-right"} ${edges}`;
}
