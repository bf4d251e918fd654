/** What verbs ask a running server, and how it says no. */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../errors/quickwater-error.ts";
import { formatError } from "../errors/source-text.ts";
import type { Problem } from "../serving/protocol.ts";

export const defaultServerUrl = "http://127.0.0.1:8080";

/** The server's refusal: its text is for a person, with the line and a caret where it is of a statement. */
class Refusal extends Error {
  readonly exitCode: 1 | 2;

  constructor(text: string, exitCode: 1 | 2) {
    super(text);
    this.exitCode = exitCode;
  }
}

export interface ServerRequest {
  /** Asked with POST where there is one. */
  readonly body?: object | undefined;
  /** What a position in the refusal is of. */
  readonly text?: string | undefined;
  /** Another status whose body is an answer too. */
  readonly status?: number | undefined;
}

/** The answer's body; `path` begins with a slash. */
export async function requestServer(url: string, path: string, request: ServerRequest = {}): Promise<object> {
  const response = await send(`${url}${path}`, url, request.body);
  const body = parsed(await response.text().catch(() => ""));
  if (isProblem(body)) throw refusalOf(body, request.text ?? "");
  const isAnswer = response.ok || response.status === request.status;
  if (isAnswer && typeof body === "object" && body !== null) return body;
  throw notQuickwater(url);
}

/** The answer to a question for a file, its body not read yet. */
export async function openAnswer(url: string, path: string, text: string): Promise<Response> {
  const response = await send(`${url}${path}`, url, undefined);
  if (response.ok) return response;
  const body = parsed(await response.text().catch(() => ""));
  throw isProblem(body) ? refusalOf(body, text) : notQuickwater(url);
}

export function notQuickwater(url: string): QuickwaterError {
  return quickwaterError("run.no-server", { url, reason: "what answers there is no Quickwater" });
}

async function send(address: string, url: string, body: object | undefined): Promise<Response> {
  try {
    if (body === undefined) return await fetch(address);
    const headers = { "content-type": "application/json" };
    return await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  } catch (cause) {
    throw quickwaterError("run.no-server", { url, reason: "nothing answers there" }, { cause });
  }
}

function refusalOf(problem: Problem, text: string): Refusal {
  const { title, code, detail } = problem;
  const position = problem.position as SourcePosition | undefined;
  const told = { message: title, code: code as QuickwaterError["code"], hint: detail, suggestion: undefined };
  return new Refusal(formatError({ ...told, position }, text), problem.status < 500 ? 1 : 2);
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

function isProblem(body: unknown): body is Problem {
  const { code, title } = (body ?? {}) as { code?: unknown; title?: unknown };
  return typeof code === "string" && typeof title === "string";
}

/** Of `--server`. */
export function serverUrl(verb: string, written: string): string {
  const isAddress = /^https?:\/\/[^/]/.test(written) && URL.canParse(written);
  if (isAddress) return written.replace(/\/+$/, "");
  const problem = `--server takes an address such as ${defaultServerUrl}, this is ${JSON.stringify(written)}`;
  throw quickwaterError("run.bad-argument", { problem, verb });
}

/** Runs what asks a server; a refusal is printed. */
export async function orRefusal(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}
