/** Asking history: where it is kept, and only so much of it at once. */
import { quickwaterError } from "../errors/quickwater-error.ts";
import type { HistoryClient, ViewsBeside } from "../history/history-client.ts";
import type { HistoryAnswer, HistoryQuery, QueryLimits } from "../history/history-messages.ts";

/** History, where it is kept, and how much of it may be asked at once. */
export interface AskedHistory {
  readonly client: HistoryClient | undefined;
  readonly limits: QueryLimits & { readonly atOnceMax: number; readonly rowsReadMax: number };
}

export async function askHistory(
  { client, limits }: AskedHistory,
  query: Omit<HistoryQuery, "limits">,
  signal?: AbortSignal,
  views?: ViewsBeside,
): Promise<HistoryAnswer> {
  if (client === undefined) throw quickwaterError("request.no-history", {});
  const { atOnceMax: limit } = limits;
  if (client.asked >= limit) throw quickwaterError("request.too-many-queries", { limit });
  return client.ask({ ...query, limits }, signal, views);
}
