import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import type uPlot from "uplot";
import { MinuteChart } from "../../chart/minute-chart.tsx";
import type { ChartKind } from "../../chart/minute-options.ts";
import {
  exactMoney,
  formatCount,
  formatCountMark,
  formatMoney,
  formatMoneyMark,
} from "../../numbers/format.ts";
import { useTimes } from "../../time/use-times.ts";
import { Panel, Skeleton, type Truth } from "../panel.tsx";
import { type Minute, type RevenueWindow, stateWords } from "../revenue-windows/shape.ts";
import { hasWindows, type Measure, shapeSeries } from "./shape.ts";

const MinuteTable = lazy(() =>
  import("./minute-table.tsx").then((module) => ({ default: module.MinuteTable })),
);

export const chartHeight = 236;

interface ChartPanelProps {
  readonly measure: Measure;
  /** Undefined while loading. */
  readonly minutes: readonly Minute[] | undefined;
  readonly currency: string;
  readonly nowMs: number;
  readonly truth: Truth;
}

const kinds: Readonly<Record<Measure, { readonly title: string; readonly kind: ChartKind }>> = {
  revenue: { title: "Revenue per minute", kind: "area" },
  orders: { title: "Orders per minute", kind: "bars" },
};

export function ChartPanel({ measure, minutes, currency, nowMs, truth }: ChartPanelProps): ReactNode {
  const [asTable, setAsTable] = useState(false);
  const { title } = kinds[measure];
  const toggle = (
    <button
      type="button"
      aria-pressed={asTable}
      disabled={minutes === undefined}
      onClick={() => setAsTable(!asTable)}
      className="rounded-md px-2 py-1 text-xs text-muted hover:text-ink aria-pressed:bg-raised"
    >
      Show as table
    </button>
  );
  return (
    <Panel title={title} truth={truth} aside={toggle}>
      <div className="px-4 pb-3" style={{ height: chartHeight + 12 }}>
        {minutes === undefined ? (
          <Skeleton className="h-full w-full" />
        ) : asTable ? (
          <Suspense fallback={<Skeleton className="h-full w-full" />}>
            <MinuteTable
              title={title}
              measure={measure}
              minutes={minutes}
              currency={currency}
              nowMs={nowMs}
            />
          </Suspense>
        ) : (
          <Chart measure={measure} minutes={minutes} currency={currency} nowMs={nowMs} truth={truth} />
        )}
      </div>
    </Panel>
  );
}

interface ChartProps extends ChartPanelProps {
  readonly minutes: readonly Minute[];
}

function Chart({ measure, minutes, currency, nowMs, truth }: ChartProps): ReactNode {
  const { kind, title } = kinds[measure];
  const times = useTimes();
  const data = useMemo((): uPlot.AlignedData => {
    const { timesSeconds, full, partial } = shapeSeries(minutes, measure, kind === "area");
    return [[...timesSeconds], [...full], [...partial]];
  }, [minutes, measure, kind]);
  if (!hasWindows(minutes)) {
    return (
      <p className="grid h-full place-items-center text-center text-sm text-muted">
        No orders in the last 60 minutes; the table below has the newest ones.
      </p>
    );
  }
  return (
    <MinuteChart
      kind={kind}
      height={chartHeight}
      label={`${title} over the last 60 minutes. “Show as table” has the numbers.`}
      data={data}
      wholeNumbers={measure === "orders"}
      times={times}
      dimmed={truth.is === "old"}
      formatMark={(value) =>
        measure === "orders" ? formatCountMark(value) : formatMoneyMark(value, currency)
      }
      tooltip={(index) => {
        const minute = minutes[index];
        return minute && <Tooltip measure={measure} minute={minute} currency={currency} nowMs={nowMs} />;
      }}
    />
  );
}

interface TooltipProps {
  readonly measure: Measure;
  readonly minute: Minute;
  readonly currency: string;
  readonly nowMs: number;
}

function Tooltip({ measure, minute: { is, startMs }, currency, nowMs }: TooltipProps): ReactNode {
  const times = useTimes();
  const state = typeof is !== "string" ? stateWords(is, nowMs) : is === "nothing" ? "no orders" : "not known";
  return (
    <>
      <p className="text-muted">
        {times.minute(startMs)} · {state}
      </p>
      {typeof is !== "string" && (
        <p className="mt-0.5 font-semibold tabular-nums">
          <bdi>{valueText(is, measure, currency)}</bdi>
        </p>
      )}
    </>
  );
}

function valueText({ orders, revenue }: RevenueWindow, measure: Measure, currency: string): string {
  if (measure === "orders") return `${formatCount(orders)} orders`;
  if (revenue === null) return "no amount";
  const short = formatMoney(revenue, currency);
  return /\d{3}/.test(short) && revenue.unscaled < 10n ** 12n ? short : exactMoney(revenue, currency);
}
