import type { ReactNode } from "react";
import type { ExactDecimal } from "../../numbers/exact-decimal.ts";
import { exactMoney, formatChange, formatCount, formatMoney, noValue } from "../../numbers/format.ts";
import { useTimes } from "../../time/use-times.ts";
import { Skeleton, type Truth } from "../panel.tsx";
import { minuteMs } from "../revenue-windows/shape.ts";
import type { Change, Kpis } from "./shape.ts";

interface KpiStripProps {
  /** Undefined while loading and where there is no row. */
  readonly kpis: Kpis | undefined;
  readonly loading: boolean;
  readonly currency: string;
  readonly truth: Truth;
}

export function KpiStrip({ kpis, loading, currency, truth }: KpiStripProps): ReactNode {
  const { open, lastFull, hour } = kpis ?? {};
  const { minute } = useTimes();
  const shared = { loading, currency, known: kpis !== undefined };
  return (
    <section
      aria-label="Key figures"
      data-dimmed={truth.is === "old"}
      className="panel grid grid-cols-2 gap-px overflow-hidden bg-line md:grid-cols-3 xl:grid-cols-6"
    >
      <Figure {...shared} label="Revenue this minute" amount={open?.window.revenue} percent={open?.percent}>
        {open ? `${minute(open.window.startMs)} · ${open.percent} % full` : "no open minute"}
      </Figure>
      <Figure {...shared} label="Revenue last full minute" amount={lastFull?.window.revenue}>
        <ChangeText change={lastFull?.revenueChange} startMs={lastFull?.window.startMs} />
      </Figure>
      <Figure {...shared} label="Orders last full minute" count={lastFull?.window.orders}>
        <ChangeText change={lastFull?.ordersChange} startMs={lastFull?.window.startMs} />
      </Figure>
      <Figure {...shared} label="Average order" amount={lastFull?.window.average}>
        {lastFull ? `in ${minute(lastFull.window.startMs)}` : "no full minute yet"}
      </Figure>
      <Figure {...shared} label="Revenue last hour" amount={hour?.revenue}>
        60 minutes
      </Figure>
      <Figure {...shared} label="Orders last hour" count={hour?.orders}>
        60 minutes
      </Figure>
    </section>
  );
}

interface FigureProps {
  readonly label: string;
  readonly loading: boolean;
  /** Whether there are rows at all. */
  readonly known: boolean;
  readonly currency: string;
  readonly amount?: ExactDecimal | null | undefined;
  readonly count?: bigint | undefined;
  /** How full the window is that the figure is of. */
  readonly percent?: number | undefined;
  readonly children: ReactNode;
}

function Figure({
  label,
  loading,
  known,
  currency,
  amount,
  count,
  percent,
  children,
}: FigureProps): ReactNode {
  const shown = amount ? formatMoney(amount, currency) : count !== undefined ? formatCount(count) : noValue;
  const exact = amount ? exactMoney(amount, currency) : count?.toString();
  return (
    <div className="relative min-w-0 bg-surface px-4 pt-4 pb-4.5">
      <p className="truncate text-xs font-medium text-muted">{label}</p>
      {loading ? (
        <div className="h-14 pt-2.5">
          <Skeleton className="h-6 w-24" />
          <Skeleton className="mt-2 h-3.5 w-20" />
        </div>
      ) : (
        <div className="h-14 pt-1">
          <p className="truncate text-xl leading-8 font-semibold tracking-tight tabular-nums" title={exact}>
            {shown}
          </p>
          <p className="truncate text-xs leading-5 text-muted tabular-nums">{known ? children : "no rows"}</p>
        </div>
      )}
      {percent !== undefined && !loading && (
        <div aria-hidden="true" className="absolute inset-x-0 bottom-0 h-0.5 bg-accent-soft">
          <div
            className="h-full bg-accent transition-[width] duration-300"
            style={{ width: `${percent}%` }}
          />
        </div>
      )}
    </div>
  );
}

interface ChangeTextProps {
  readonly change: Change | undefined;
  /** Of the minute that changed. */
  readonly startMs: number | undefined;
}

function ChangeText({ change, startMs }: ChangeTextProps): ReactNode {
  const { minute } = useTimes();
  if (change === undefined || startMs === undefined) return "no full minute yet";
  if (change.is === "unknown") return `in ${minute(startMs)}`;
  const before = minute(startMs - minuteMs);
  if (change.is === "from-nothing") return `none in ${before}`;
  const colour = change.ratio > 0 ? "text-ok" : change.ratio < 0 ? "text-bad" : "";
  return (
    <span title={`${minute(startMs)}, compared with ${before}`}>
      <span className={`font-medium ${colour}`}>{formatChange(change.ratio)}</span> vs {before}
    </span>
  );
}
