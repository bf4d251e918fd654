/** One statement to a running server, and what it says. */
import type { WireColumn } from "../../serving/protocol.ts";
import { notQuickwater, requestServer } from "../server-request.ts";
import type { QueryCell, QueryResult } from "./query-text.ts";

export interface ConsoleServer {
  readonly url: string;
  readonly timeZone: string | undefined;
  readonly over: "views" | "history";
}

export async function askServer({ url, timeZone, over }: ConsoleServer, sql: string): Promise<QueryResult> {
  const body = { sql, over, ...(timeZone === undefined ? {} : { timeZone }) };
  const answer = await requestServer(url, "/v1/query", { body, text: sql });
  if (isResult(answer)) return answer;
  throw notQuickwater(url);
}

function isResult(body: object): body is QueryResult {
  const { columns, rows } = body as { columns?: readonly WireColumn[]; rows?: readonly QueryCell[] };
  return Array.isArray(columns) && Array.isArray(rows);
}
