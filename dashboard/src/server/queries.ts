/** What the page asks the server by plain HTTP: how it is, and which views it has. */
import { QueryClient, queryOptions } from "@tanstack/react-query";
import { QuickwaterHttp } from "../../../src/client/index.ts";

const http = new QuickwaterHttp({ url: window.location.origin });
/** While somebody looks at the answers. */
const refetchInterval = 5_000;

/** The live socket says when the server is away; an answer that does not come is not asked for in a storm. */
export const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });

export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: () => http.getHealth(),
  refetchInterval,
});

export const viewsQuery = queryOptions({
  queryKey: ["views"],
  queryFn: () => http.getViews(),
  refetchInterval,
});
