/** A panel of a page: its rows as they are now, and how true they are; what can be done with it. */
import { lazy, memo, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import type { Panel as PanelSpec } from "../../../src/serving/pages.ts";
import { fetched } from "../app/fetched.ts";
import { menuWhenIdle } from "../app/menu-when-idle.ts";
import { type SourceState, useSources } from "../data/sources.ts";
import { ExplainContext } from "../explain/explained-number.tsx";
import type { Pressed } from "../explain/pressed.ts";
import { feedStatus } from "../live/feed-status.ts";
import { useConnection, useNow } from "../live/live-context.ts";
import { matching, newestSinceMs, ofNewest } from "../pages/filter-values.ts";
import { pageTime } from "../time/page-time.ts";
import { EmptyNotice, FailedNotice, OtherVersionNotice, ProblemNotice, StoppedNotice } from "./notices.tsx";
import { Panel } from "./panel.tsx";
import type { Around, Reading } from "./panel-kind.ts";
import { type PanelTruth, panelTruth } from "./panel-truth.ts";
import { heightOf, Placeholder } from "./placeholder.tsx";
import { ShapedPanel } from "./shaped-panel.tsx";

const PanelMenu = menuWhenIdle(() => import("./panel-menu.tsx").then((module) => module.PanelMenu));
const ExplainDialog = lazy(() =>
  fetched(() => import("../explain/dialog.tsx")).then((module) => ({ default: module.ExplainDialog })),
);

export interface BoardPanelProps {
  readonly panel: PanelSpec;
  readonly heading: "h2" | "h3";
  readonly around: Around;
  /** Called when it loads no more, whatever it shows then. */
  readonly onThere: (id: string) => void;
}

interface Explaining {
  readonly isOpen: boolean;
  /** What opened it; null until it is opened first. */
  readonly from: HTMLElement | null;
  readonly pressed: Pressed;
}

export function BoardPanel({ panel, heading, around: ofPage, onThere }: BoardPanelProps): ReactNode {
  const { id, span } = panel;
  const around = useMemo(
    () =>
      span === null || !ofPage.endsNow ? ofPage : { ...ofPage, ...pageTime({ span }, span, ofPage.toMs) },
    [ofPage, span],
  );
  const sources = usePanelSources(panel, around);
  const truth = useTruth(panel, sources, around);
  const isThere = truth.state !== "loading";
  useEffect(() => {
    if (isThere) onThere(id);
  }, [isThere, id, onThere]);
  const [asTable, setAsTable] = useState(false);
  const [explaining, setExplaining] = useState<Explaining>({ isOpen: false, from: null, pressed: undefined });
  const explain = useCallback(
    (from: HTMLElement | null, pressed?: Pressed) => setExplaining({ isOpen: true, from, pressed }),
    [],
  );
  const readings = useReadings(panel, sources, around);
  const dimmed = useMemo(
    () => (truth.isDimmed ? { ...around, dimmed: true } : around),
    [around, truth.isDimmed],
  );
  const menu = readings !== undefined && panel.kind !== "text" && (
    <Suspense fallback={<span className="size-7" />}>
      <PanelMenu
        {...{ panel, readings, around, asTable, onTable: () => setAsTable(!asTable) }}
        onExplain={explain}
      />
    </Suspense>
  );
  return (
    <>
      <Panel id={id} title={panel.title} heading={heading} note={panel.note} truth={truth} aside={menu}>
        <ExplainContext value={explain}>
          <Inside
            {...{ panel, sources, readings, asTable, around: dimmed }}
            isDisconnected={truth.state === "disconnected"}
          />
        </ExplainContext>
      </Panel>
      {explaining.from !== null && readings !== undefined && (
        <Suspense fallback={null}>
          <ExplainDialog
            {...{ panel, readings, around, ...explaining }}
            onClose={() => setExplaining({ ...explaining, isOpen: false })}
          />
        </Suspense>
      )}
    </>
  );
}

interface InsideProps extends Pick<BoardPanelProps, "panel" | "around"> {
  readonly sources: readonly SourceState[];
  readonly readings: readonly Reading[] | undefined;
  readonly asTable: boolean;
  /** For good: rows come again when the page is loaded again. */
  readonly isDisconnected: boolean;
}

/** How old it is told to be moves on each second; what it shows is drawn anew only where that changed. */
const Inside = memo(function Inside(props: InsideProps): ReactNode {
  const { panel, sources, readings, around, asTable, isDisconnected } = props;
  if (panel.problem !== null) return <ProblemNotice problem={panel.problem} />;
  const failed = sources.find(({ reading, failure }) => reading === undefined && failure !== undefined);
  if (failed?.failure !== undefined) return <FailedNotice {...failed.failure} />;
  const placeholder = <Placeholder panel={panel} />;
  if (readings === undefined) return isDisconnected ? <OtherVersionNotice /> : placeholder;
  const stopped = sources.find((source) => source.stopped !== undefined)?.stopped;
  const [first] = panel.sources;
  const ofView = first?.over === "view" ? first : undefined;
  const isFiltered = (sources[0]?.reading?.rows.length ?? 0) > 0;
  const empty = (
    <div style={{ minHeight: heightOf(panel) }}>
      <EmptyNotice
        view={ofView?.view}
        where={ofView?.where ?? null}
        isFiltered={isFiltered}
        isPast={around.at !== undefined}
      />
    </div>
  );
  return (
    <>
      {stopped !== undefined && <StoppedNotice {...stopped} />}
      <ShapedPanel {...{ panel, readings, around, asTable, empty, placeholder }} />
    </>
  );
});

/** Of the newest moment alone no more rows come than may be of it; where none is, all do. */
function usePanelSources({ sources, newest }: PanelSpec, around: Around): readonly SourceState[] {
  const [isLongAgo, setIsLongAgo] = useState(false);
  const { toMs } = around;
  const sinceMs = newest === null ? around.sinceMs : isLongAgo ? undefined : newestSinceMs(toMs);
  const states = useSources(sources, { ...around, sinceMs });
  const first = states[0]?.reading;
  const hasNone = newest !== null && !isLongAgo && first !== undefined;
  if (hasNone && ofNewest(first, newest, toMs).rows.length === 0) setIsLongAgo(true);
  return states;
}

/** Undefined until all sources have answered; the first has the rows that match the page's filters. */
function useReadings(panel: PanelSpec, sources: readonly SourceState[], { filters, toMs }: Around) {
  const all = sources[0]?.reading;
  const { newest } = panel;
  // The end of what is shown moves on all the time: of panels that do not ask for it nothing is made anew.
  const atMs = newest === null ? 0 : toMs;
  const first = useMemo(
    () => (all === undefined || newest === null ? all : ofNewest(all, newest, atMs)),
    [all, newest, atMs],
  );
  const matched = useMemo(
    () => first && matching(first, panel.match, filters),
    [first, panel.match, filters],
  );
  return useMemo(() => {
    const all = sources.map(({ reading }, place) => (place === 0 ? matched : reading));
    return all.every((reading) => reading !== undefined) ? all : undefined;
  }, [sources, matched]);
}

function useTruth(panel: PanelSpec, sources: readonly SourceState[], around: Around): PanelTruth {
  const now = useNow();
  const { status } = feedStatus(useConnection(), null, now);
  if (panel.problem !== null) return { state: "broken", words: undefined, isDimmed: false };
  const isPast = !around.endsNow || around.at !== undefined;
  // What was is asked for by itself, whatever becomes of the connection.
  const isOfViews = around.at === undefined && panel.sources.some(({ over }) => over === "view");
  return panelTruth({ sources, status, nowMs: now.serverMs, isPast, isOfViews });
}
