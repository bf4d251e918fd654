/** A page of the project: its filters, its time, and its panels in rows. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import type { ChronicleAnswer } from "../../../src/serving/chronicle.ts";
import type { Page, PageFilter } from "../../../src/serving/pages.ts";
import { idle, numbersAreThere } from "../app/when-idle.ts";
import { failureWords, isNotFound } from "../data/failure.ts";
import { useSources } from "../data/sources.ts";
import { useLive, useNow } from "../live/live-context.ts";
import { loadedKind } from "../panels/kinds.ts";
import { FailedNotice, ProblemNotice } from "../panels/notices.tsx";
import { Skeleton } from "../panels/panel.tsx";
import { PanelInTurn } from "../panels/panel-in-turn.tsx";
import type { Around } from "../panels/panel-kind.ts";
import { chronicleQuery, pageQuery, pagesQuery } from "../server/queries.ts";
import { type PageTime, pageTime } from "../time/page-time.ts";
import { useTimes } from "../time/use-times.ts";
import { filterValues } from "./filter-values.ts";
import { firstPanels } from "./first-panels.ts";
import { NotFoundPage } from "./not-found-page.tsx";
import { PageHeader } from "./page-header.tsx";
import { usePageSearch, useSearchChange } from "./page-search.ts";
import { PanelTurns } from "./panel-turns.ts";
import { withSharedRows } from "./shared-rows.ts";
import { StartPage } from "./start-page.tsx";

/** The first page of the project. */
export function FirstPage(): ReactNode {
  const pages = useQuery(pagesQuery);
  const [first] = pages.data?.pages ?? [];
  if (pages.data === undefined && pages.error !== null)
    return <FailedNotice {...failureWords(pages.error)} retry={() => void pages.refetch()} />;
  if (pages.data === undefined) return <PageSkeleton />;
  return first === undefined ? <StartPage /> : <BoardPage name={first.name} />;
}

export function NamedPage(): ReactNode {
  const { page } = useParams({ strict: false }) as { readonly page: string };
  return <BoardPage key={page} name={page} />;
}

function BoardPage({ name }: { readonly name: string }): ReactNode {
  const { data, error } = useQuery(pageQuery(name));
  const page = useMemo(() => data && withSharedRows(data), [data]);
  if (data === undefined && error !== null) {
    const { message, hint } = failureWords(error);
    if (isNotFound(error)) return <NotFoundPage words={message} />;
    return <ProblemNotice problem={{ message, hint, place: "" }} />;
  }
  if (page === undefined) return <PageSkeleton />;
  return <Board page={page} />;
}

function Board({ page }: { readonly page: Page }): ReactNode {
  const { around, filters, stand } = useAround(page);
  const turns = useTurns(page);
  // Their code comes while the rows are on their way.
  useEffect(() => {
    const panels = page.rows.flatMap((row) => row.panels);
    for (const { id, kind } of panels) if (turns.isFirst(id)) void loadedKind(kind);
  }, [page, turns]);
  return (
    <>
      <PageHeader {...{ page, around, filters }} onStand={stand} />
      {page.problem !== null && <ProblemNotice problem={page.problem} />}
      {page.filters.map(({ name, problem }) => problem && <ProblemNotice key={name} problem={problem} />)}
      {page.rows.map(({ title, panels }, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a page have no other name.
        <section key={row} aria-label={title ?? undefined}>
          {title !== null && <h2 className="mt-7 mb-3 text-base font-semibold tracking-tight">{title}</h2>}
          <div className="mb-4 grid grid-cols-12 gap-4">
            {panels.map((panel) => (
              <PanelInTurn
                key={panel.id}
                heading={title === null ? "h2" : "h3"}
                {...{ turns, panel, around }}
              />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}

/** Of those that are seen at first; then the others begin all the same. */
const patienceMs = 3_000;
/** Until the next panel begins on a page that never rests. */
const restMsMax = 500;

function useTurns(page: Page): PanelTurns {
  const [turns] = useState(() => {
    const screen = { widthPx: window.innerWidth, heightPx: window.innerHeight };
    const around = { idle: () => idle(restMsMax), firstAreThere: numbersAreThere };
    return new PanelTurns(firstPanels(page, screen), around);
  });
  useEffect(() => {
    const timer = setTimeout(() => turns.endFirst(), patienceMs);
    const beginAll = () => turns.beginAll();
    // On paper nothing is further down.
    window.addEventListener("beforeprint", beginAll);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("beforeprint", beginAll);
    };
  }, [turns]);
  return turns;
}

const nobody: readonly [] = [];
const nothing: ChronicleAnswer = { entries: [] };
const tickMs = 1_000;

/** What of the page concerns all its panels; the same object while nothing of it changes. */
function useAround(page: Page) {
  const search = usePageSearch();
  const change = useSearchChange();
  const times = useTimes();
  const { serverMs } = useNow();
  const live = useLive();
  const { at } = search;
  const everyMs = 1_000 * (search.every === undefined ? page.everySeconds : Number(search.every));
  const gapMs = at === undefined ? everyMs : Number.POSITIVE_INFINITY;
  useEffect(() => live.drawEvery(gapMs), [live, gapMs]);
  const heldMs = useHeld(serverMs, gapMs);
  const nowMs = at === undefined ? heldMs : Date.parse(at);
  const known = page.filters.filter(({ problem }) => problem === null);
  const states = useSources(known.length === 0 ? nobody : known.map(valuesOf), {
    fromMs: 0,
    toMs: 0,
    endsNow: true,
    at,
  });
  const filters = known.map((filter, place) => ({
    filter,
    ...filterValues(filter, states[place]?.reading, search),
  }));
  const { data: chronicle = nothing } = useQuery(chronicleQuery);
  const time = JSON.stringify(pageTime(search, page.span, nowMs));
  const chosen = JSON.stringify(filters.map(({ filter, chosen: value }) => [filter.name, value]));
  const around = useMemo<Around>(
    () => ({
      ...(JSON.parse(time) as PageTime),
      at,
      times,
      chronicle: chronicle.entries,
      filters: new Map(JSON.parse(chosen) as [string, string | null][]),
      choose: (filter, value) => change({ [filter]: value ?? "" }),
      zoom: (from, to) =>
        change({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), span: undefined }),
      dimmed: false,
    }),
    [time, at, times, chronicle, chosen, change],
  );
  // What is drawn as it comes is as of now; what is drawn seldom, as of its last drawing.
  const stand = () => change({ at: live.stand(everyMs > tickMs ? heldMs : undefined) });
  return { around, filters, stand };
}

function valuesOf({ view, column }: PageFilter) {
  const [first = ""] = column.split(".");
  return { over: "view", view, where: null, emit: null, columns: [first], time: null } as const;
}

/** The time as it was when it was last due to move on. */
function useHeld(nowMs: number, gapMs: number): number {
  const [held] = useState(() => ({ atMs: nowMs }));
  if (gapMs !== Number.POSITIVE_INFINITY && nowMs - held.atMs >= gapMs) held.atMs = nowMs;
  return held.atMs;
}

function PageSkeleton(): ReactNode {
  return (
    <div className="mt-6 grid grid-cols-12 gap-4" aria-busy="true">
      {[3, 3, 3, 3].map((_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they stand for nothing yet.
        <div key={place} className="page-panel" style={{ "--span": 3 } as object}>
          <Skeleton className="h-34" />
        </div>
      ))}
      <div className="page-panel" style={{ "--span": 12 } as object}>
        <Skeleton className="h-74" />
      </div>
    </div>
  );
}
