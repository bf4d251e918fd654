/** Revenue and orders, minute by minute. */
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { feedStatus } from "../live/feed-status.ts";
import { useConnection, useNow } from "../live/live-context.ts";
import { KpiStrip } from "../panels/kpis/draw.tsx";
import { shapeKpis } from "../panels/kpis/shape.ts";
import { ChartPanel } from "../panels/minute-charts/draw.tsx";
import { EmptyNotice, FailedNotice, StoppedNotice } from "../panels/notices.tsx";
import { Panel, Skeleton, type Truth } from "../panels/panel.tsx";
import { type RevenueFeed, revenueView, useRevenueFeed } from "../panels/revenue-windows/get.ts";
import {
  currenciesOf,
  lastHour,
  mainCurrency,
  minuteMs,
  ofCurrency,
  type RevenueWindow,
} from "../panels/revenue-windows/shape.ts";
import { shapeTable } from "../panels/windows-table/shape.ts";
import { ZoneSwitch } from "../time/zone-switch.tsx";

const WindowsTable = lazy(() =>
  import("../panels/windows-table/draw.tsx").then((module) => ({ default: module.WindowsTable })),
);

const stream = "transaction_events";
const noWindows: readonly RevenueWindow[] = [];

export function CommercePage(): ReactNode {
  const feed = useRevenueFeed();
  const now = useNow();
  const truth = useTruth(feed);
  const [chosen, setChosen] = useState<string>();
  const [showsAll, setShowsAll] = useState(false);

  const allWindows = feed.status === "filled" ? feed.windows : noWindows;
  const currencies = useMemo(() => currenciesOf(allWindows), [allWindows]);
  const currency = currencies.find((each) => each === chosen) ?? mainCurrency(allWindows);
  const windows = useMemo(() => ofCurrency(allWindows, currency), [allWindows, currency]);
  const stopped = "stopped" in feed ? feed.stopped : undefined;
  const watermark = feed.status === "filled" ? feed.watermark : null;
  // The charts move on by the minute, not by the second: in between they are drawn only for new rows.
  const minute = Math.floor(now.serverMs / minuteMs) * minuteMs;
  const minutes = useMemo(() => lastHour(windows, minute, watermark), [windows, minute, watermark]);
  const kpis = windows.length > 0 ? shapeKpis(windows, minutes, now.serverMs) : undefined;

  return (
    <>
      <div className="mt-6 mb-4 flex min-h-9 flex-wrap items-center gap-x-6 gap-y-2">
        <h1 className="mr-auto text-xl font-semibold tracking-tight">Revenue and orders</h1>
        <ZoneSwitch />
        {currencies.length > 1 && <CurrencySelect {...{ currencies, currency }} onChoose={setChosen} />}
      </div>
      {stopped !== undefined && <StoppedNotice view={revenueView} reason={stopped} />}
      <div className="grid grid-cols-1 gap-5">
        <KpiStrip kpis={kpis} loading={feed.status === "loading"} currency={currency} truth={truth} />
        <div className="grid grid-cols-1 gap-5 lg:grid-cols-2">
          <Charts feed={feed} chart={{ currency, truth, nowMs: now.serverMs, minutes }} />
        </div>
        <Panel title="Minute by minute" truth={truth}>
          {windows.length === 0 ? (
            <NoWindows loading={feed.status === "loading"} stopped={stopped !== undefined} />
          ) : (
            <Suspense fallback={<TableSkeleton />}>
              <WindowsTable
                shape={shapeTable(windows, showsAll)}
                nowMs={now.serverMs}
                onShowMore={() => setShowsAll(true)}
              />
            </Suspense>
          )}
        </Panel>
      </div>
    </>
  );
}

interface ChartsProps {
  readonly feed: RevenueFeed;
  readonly chart: Omit<Parameters<typeof ChartPanel>[0], "measure">;
}

function Charts({ feed, chart }: ChartsProps): ReactNode {
  // Of a view that was stopped the notice above says all: sending an order would change nothing.
  if (feed.status === "empty" && feed.stopped !== undefined) return null;
  if (feed.status === "empty") return <EmptyNotice view={revenueView} stream={stream} />;
  if (feed.status === "failed")
    return <FailedNotice message={feed.message} hint={feed.hint} retry={feed.retry} />;
  const minutes = feed.status === "loading" ? undefined : chart.minutes;
  return (
    <>
      <ChartPanel {...chart} minutes={minutes} measure="revenue" />
      <ChartPanel {...chart} minutes={minutes} measure="orders" />
    </>
  );
}

/** What was true when the connection went, or before the stream fell silent, is shown as such. */
function useTruth(feed: RevenueFeed): Truth {
  const lastRowAt = feed.status === "filled" ? feed.lastRowAt : null;
  const status = feedStatus(useConnection(), lastRowAt, useNow());
  if (feed.status === "filled" && feed.stopped !== undefined) {
    return { is: "old", ageMs: "ageMs" in status ? status.ageMs : undefined };
  }
  if (status.status === "live" || status.status === "connecting" || feed.status !== "filled") {
    return { is: "current" };
  }
  return { is: "old", ageMs: "ageMs" in status ? status.ageMs : undefined };
}

interface CurrencySelectProps {
  readonly currencies: readonly string[];
  readonly currency: string;
  readonly onChoose: (currency: string) => void;
}

function CurrencySelect({ currencies, currency, onChoose }: CurrencySelectProps): ReactNode {
  return (
    <label className="flex items-center gap-2 text-sm text-muted">
      Currency
      <select
        value={currency}
        onChange={(event) => onChoose(event.target.value)}
        className="max-w-36 rounded-md border border-line bg-surface px-2 py-1 text-ink"
      >
        {currencies.map((each) => (
          <option key={each} value={each}>
            {each === "" ? "none" : each}
          </option>
        ))}
      </select>
    </label>
  );
}

interface NoWindowsProps {
  readonly loading: boolean;
  readonly stopped: boolean;
}

function NoWindows({ loading, stopped }: NoWindowsProps): ReactNode {
  if (loading) return <TableSkeleton />;
  const words = stopped ? "The view has no row." : "A row for each minute with orders appears here.";
  return <p className="px-5 pb-6 text-sm text-muted">{words}</p>;
}

function TableSkeleton(): ReactNode {
  return (
    <div className="grid gap-3 px-5 pb-5">
      {[1, 2, 3, 4].map((line) => (
        <Skeleton key={line} className="h-6 w-full" />
      ))}
    </div>
  );
}
