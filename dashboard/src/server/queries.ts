/** What the pages ask the server by plain HTTP. */
import { QueryClient, queryOptions } from "@tanstack/react-query";
import type { ViewAnswer } from "../../../src/serving/answers.ts";
import type { AskedSource, AskedSpan } from "../data/asked.ts";
import type { ViewShape } from "../live/live-views.ts";
import { serverHttp } from "./http.ts";

/** While somebody looks at the answers. */
export const refetchInterval = 5_000;

/**
 * The live socket says when the server is away; an answer that does not come is not asked for in a storm. A
 * server on the reader's own machine needs no network.
 */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, networkMode: "always" } },
});

export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: () => serverHttp().getHealth(),
  refetchInterval,
});

export const viewsQuery = queryOptions({
  queryKey: ["views"],
  queryFn: () => serverHttp().getViews(),
  refetchInterval,
});

/** Pages are files of the project: what is saved is there within a few seconds. */
export const pagesQuery = queryOptions({
  queryKey: ["pages"],
  queryFn: () => serverHttp().getPages(),
  refetchInterval,
});

export const pageQuery = (name: string) =>
  queryOptions({ queryKey: ["page", name], queryFn: () => serverHttp().getPage(name), refetchInterval });

/** Seldom another one: a restart, or SQL that was saved. */
export const chronicleQuery = queryOptions({
  queryKey: ["chronicle"],
  queryFn: () => serverHttp().getChronicle(),
  refetchInterval,
});

export const whyQuery = (view: string) =>
  queryOptions({ queryKey: ["why", view], queryFn: () => serverHttp().getWhy(view), refetchInterval });

/** What has passed is asked for once. */
const once = {
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
} as const;

/** Once: it may take seconds, and whoever closes it has it no longer asked. */
export const rowChangesQuery = (view: string, key: string, at: string | undefined) =>
  queryOptions({
    queryKey: ["explain", view, key, at ?? null],
    queryFn: ({ signal }) => serverHttp().explainRow(view, key, { at, signal }),
    ...once,
    gcTime: 0,
  });

/** What became of it may still be told otherwise; nobody looks at it for long. */
export const eventQuery = (stream: string, id: string) =>
  queryOptions({ queryKey: ["event", stream, id], queryFn: () => serverHttp().getEvent(stream, id) });

/** Of an endpoint or an analysis. The key has the length of the span: its ends move on with time. */
export function answerQuery(source: AskedSource, span: AskedSpan) {
  const { fromMs, toMs, endsNow, at } = span;
  const length = endsNow ? toMs - fromMs : [fromMs, toMs];
  return queryOptions({
    queryKey: ["answer", source, followsSpan(source) ? length : null, at ?? null],
    queryFn: async ({ signal }): Promise<object> => {
      if (source.over === "analysis") {
        await settled(at, signal);
        return serverHttp().getAnalysis(source.kind, settingsOf(source, span));
      }
      if (at !== undefined) throw new Error("What an endpoint answered then is not known.");
      const answer = await serverHttp().getEndpoint(source.path, source.parameters);
      return typeof answer === "object" && answer !== null ? answer : { value: answer };
    },
    ...(at === undefined
      ? { refetchInterval: source.everySeconds * 1_000, staleTime: source.everySeconds * 1_000 }
      : once),
  });
}

type Analysis = Extract<AskedSource, { over: "analysis" }>;

const followsSpan = (source: AskedSource) => source.over === "analysis" && source.followsSpan;

function settingsOf(source: Analysis, { fromMs, toMs, endsNow, at }: AskedSpan) {
  const { name, parameters } = source;
  const moment = at === undefined ? {} : { at };
  if (!followsSpan(source)) return { name, ...parameters, ...moment };
  const ends = endsNow
    ? { span: `${Math.round((toMs - fromMs) / 1_000)}s` }
    : { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  return { name, ...parameters, ...ends, ...moment };
}

/** So long it may take until what was written at a moment is where it is asked. */
const settledMs = 3_000;

async function settled(at: string | undefined, signal: AbortSignal): Promise<void> {
  const waitMs = at === undefined ? 0 : Date.parse(at) + settledMs - Date.now();
  if (waitMs <= 0) return;
  await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, settledMs)));
  signal.throwIfAborted();
}

/** How a view was, without its rows: the server keeps for a while what it has made of the moment. */
export const viewThenQuery = (view: string, at: string) =>
  queryOptions({
    queryKey: ["view then", view, at],
    queryFn: async ({ signal }): Promise<ViewAnswer> => {
      await settled(at, signal);
      return serverHttp().getView(view, { at, limit: 1 });
    },
    ...once,
  });

const rowsAtOnce = 100_000;

/** The rows of a view as they were, all pages of them. */
export function pastViewQuery({ view, where, emit }: ViewShape, at: string) {
  return queryOptions({
    queryKey: ["view", view, where ?? null, emit ?? null, at],
    queryFn: async ({ signal }): Promise<ViewAnswer> => {
      await settled(at, signal);
      const asked = { where, emit, at, limit: rowsAtOnce };
      const first = await serverHttp().getView(view, asked);
      const rows = [...first.rows];
      for (let { next } = first; next !== null; ) {
        const page = await serverHttp().getView(view, { ...asked, after: next });
        rows.push(...page.rows);
        next = page.next;
      }
      return { ...first, rows };
    },
    ...once,
  });
}
