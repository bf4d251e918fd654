/** One statement to a running server, and what it says. */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { formatError } from "../../errors/source-text.ts";
import type { Problem, WireColumn } from "../../serving/protocol.ts";
import type { QueryCell, QueryResult } from "./query-text.ts";

export interface ConsoleServer {
  readonly url: string;
  readonly timeZone: string | undefined;
}

/** The server's refusal: its text is for a person, with the line and a caret. */
export class Refusal extends Error {
  readonly exitCode: 1 | 2;

  constructor(text: string, exitCode: 1 | 2) {
    super(text);
    this.exitCode = exitCode;
  }
}

export async function askServer({ url, timeZone }: ConsoleServer, sql: string): Promise<QueryResult> {
  const response = await post(url, { sql, ...(timeZone === undefined ? {} : { timeZone }) });
  const text = await response.text().catch(() => "");
  const body = parsed(text);
  if (response.ok && isResult(body)) return body;
  if (isProblem(body)) throw refusalOf(body, sql);
  throw quickwaterError("run.no-server", { url, reason: "what answers there is no Quickwater" });
}

async function post(url: string, body: object): Promise<Response> {
  try {
    const headers = { "content-type": "application/json" };
    return await fetch(`${url}/v1/query`, { method: "POST", headers, body: JSON.stringify(body) });
  } catch (cause) {
    throw quickwaterError("run.no-server", { url, reason: "nothing answers there" }, { cause });
  }
}

function refusalOf(problem: Problem, sql: string): Refusal {
  const { title, code, detail } = problem;
  const position = problem.position as SourcePosition | undefined;
  const told = { message: title, code: code as QuickwaterError["code"], hint: detail, suggestion: undefined };
  return new Refusal(formatError({ ...told, position }, sql), problem.status < 500 ? 1 : 2);
}

/** Whole numbers keep their digits: those that a double does not hold become bigints. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) => {
      const isLarge = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
      const digits = context?.source ?? "";
      return isLarge && /^-?\d+$/.test(digits) ? BigInt(digits) : value;
    });
  } catch {
    return undefined;
  }
}

function isResult(body: unknown): body is QueryResult {
  const { columns, rows } = (body ?? {}) as { columns?: readonly WireColumn[]; rows?: readonly QueryCell[] };
  return Array.isArray(columns) && Array.isArray(rows);
}

function isProblem(body: unknown): body is Problem {
  const { code, title } = (body ?? {}) as { code?: unknown; title?: unknown };
  return typeof code === "string" && typeof title === "string";
}
