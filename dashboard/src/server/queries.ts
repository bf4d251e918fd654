/** What the pages ask the server by plain HTTP. */
import { QueryClient, queryOptions } from "@tanstack/react-query";
import type { AskedSource, AskedSpan } from "../data/asked.ts";
import { serverHttp } from "./http.ts";

/** While somebody looks at the answers. */
const refetchInterval = 5_000;

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

export const whyQuery = (view: string) =>
  queryOptions({ queryKey: ["why", view], queryFn: () => serverHttp().getWhy(view), refetchInterval });

/** Once: it may take seconds, and whoever closes it has it no longer asked. */
export const rowChangesQuery = (view: string, key: string) =>
  queryOptions({
    queryKey: ["explain", view, key],
    queryFn: ({ signal }) => serverHttp().explainRow(view, key, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** Of an endpoint or an analysis. The key has the length of the span: its ends move on with time. */
export function answerQuery(source: AskedSource, { fromMs, toMs, isLive }: AskedSpan) {
  const span = isLive ? toMs - fromMs : [fromMs, toMs];
  const followsSpan = source.over === "analysis" && source.followsSpan;
  return queryOptions({
    queryKey: ["answer", source, followsSpan ? span : null],
    queryFn: async (): Promise<object> => {
      if (source.over === "analysis")
        return serverHttp().getAnalysis(source.kind, settingsOf(source, followsSpan));
      const answer = await serverHttp().getEndpoint(source.path, source.parameters);
      return typeof answer === "object" && answer !== null ? answer : { value: answer };
    },
    refetchInterval: source.everySeconds * 1_000,
    staleTime: source.everySeconds * 1_000,
  });
  function settingsOf(
    { name, parameters }: Extract<AskedSource, { over: "analysis" }>,
    follows: boolean,
  ): Readonly<Record<string, string>> {
    if (!follows) return { name, ...parameters };
    const ends = isLive
      ? { span: `${Math.round((toMs - fromMs) / 1_000)}s` }
      : { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    return { name, ...parameters, ...ends };
  }
}
