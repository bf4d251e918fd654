/**
 * The routes of a Quickwater server that a program needs: views as they are now, events in, and those that
 * are there.
 *
 *     import type { Streams, Views } from "./types.ts"; // of `quickwater types`
 *     const quickwater = new QuickwaterHttp<Views, Streams>({ url: "http://127.0.0.1:8080" });
 *     await quickwater.sendEvents("transaction_events", [{ transaction_id: "t1", amount: "12.50" }]);
 *     const { rows } = await quickwater.getView("sales_per_minute", { limit: 10 });
 *     const { events } = await quickwater.getEvents("transaction_events", { where: "amount > 100" });
 *     const { readers } = await quickwater.getEvent("transaction_events", events[0].id);
 *
 * Whatever goes wrong is a `RequestError`; its `cause` tells which of three things it was. Nothing is
 * retried here: `retryAfterMs` says when a server that is busy wants to be asked again. Events may safely
 * be sent twice where the stream has a `dedup-key`: the answer counts those as `duplicates`.
 *
 * Money: write amounts as strings ("12.50"), and read decimals as the strings that they are; a number is a
 * double.
 */
import type {
  EventJourneyAnswer,
  EventsAnswer,
  IngestAnswer,
  ServerHealth,
  ViewAnswer,
  ViewList,
  WhyAnswer,
} from "../serving/answers.ts";
import type { ChronicleAnswer } from "../serving/chronicle.ts";
import type { ExplainAnswer } from "../serving/explanation.ts";
import type { Page, PageList } from "../serving/pages.ts";
import type { Problem, WireValue } from "../serving/protocol.ts";

export type RequestFailure =
  /** No answer: the server is not there, or the network is not. */
  | { readonly kind: "unreachable"; readonly error: unknown }
  /** The server says what is wrong. */
  | { readonly kind: "problem"; readonly problem: Problem }
  /** Something answered that does not speak as a Quickwater does, such as a proxy. */
  | { readonly kind: "unreadable"; readonly status: number };

export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly failure: RequestFailure;
  /** From `Retry-After`; undefined where the server names none. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, failure: RequestFailure, retryAfterMs?: number) {
    super(message, failure.kind === "unreachable" ? { cause: failure.error } : undefined);
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }

  /** The code of the error catalogue, where the server gave one. */
  get code(): string | undefined {
    return this.failure.kind === "problem" ? this.failure.problem.code : undefined;
  }
}

export interface HttpOptions {
  /** Where the server is, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Default: the global one. */
  readonly fetch?: ((url: string, init?: RequestInit) => Promise<Response>) | undefined;
}

export interface ViewQuery {
  /** A condition over the view's columns, as SQL writes it. */
  readonly where?: string | undefined;
  /** Columns to sort by, as SQL writes them. */
  readonly order?: string | undefined;
  readonly limit?: number | undefined;
  /** `next` of the answer before, to the same where and order. */
  readonly after?: string | undefined;
  readonly emit?: "changes" | "final" | undefined;
  /** An instant that has passed: the rows as they were then. */
  readonly at?: string | undefined;
}

export interface EventQuery {
  /** A condition over the stream's columns, `$step`, `$row` and `$appended_at`, as SQL writes it. */
  readonly where?: string | undefined;
  /** A text that stands in the event as it was received. */
  readonly q?: string | undefined;
  /** Which come first; default the newest. */
  readonly order?: "newest" | "oldest" | undefined;
  readonly limit?: number | undefined;
  /** `next` of the answer before, or the id of an event. */
  readonly after?: string | undefined;
  /** Instants, such as `2026-03-01T12:00:00Z`: from, and up to without. */
  readonly appendedFrom?: string | undefined;
  readonly appendedTo?: string | undefined;
  readonly eventFrom?: string | undefined;
  readonly eventTo?: string | undefined;
}

export interface SendOptions<View extends string = string> {
  /**
   * A view: answers when it has taken the events, not already when they are on disk, with its rows that
   * changed in `wait`.
   */
  readonly wait?: View | undefined;
  /** How long to wait for it; default 5 s. */
  readonly waitMs?: number | undefined;
}

export interface ExplainOptions {
  /** An instant that has passed: the row as it was then. */
  readonly at?: string | undefined;
  /** Gives up: it may take seconds. */
  readonly signal?: AbortSignal | undefined;
}

type AnyObject = Readonly<Record<string, WireValue>>;
/** Without the project's types any view may be asked for, and any event sent. */
type AnyViews = Readonly<Record<string, AnyObject>>;
type AnyStreams = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A stream of the project, or what is kept beside one of its streams or views. */
type StreamName<Streams> = (keyof Streams & string) | `${string}$dead` | `${string}$late`;
type EventOf<Streams, Name> = Name extends keyof Streams ? Streams[Name] : AnyObject;

export class QuickwaterHttp<Views extends object = AnyViews, Streams extends object = AnyStreams> {
  readonly #url: string;
  readonly #fetch: (url: string, init?: RequestInit) => Promise<Response>;

  constructor(options: HttpOptions) {
    this.#url = options.url.replace(/\/$/, "");
    // Called through a function: a browser's fetch refuses to be a method of something else.
    this.#fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  }

  /** How the server is; one that failed answers too, and `parts` says what does not work. */
  getHealth(): Promise<ServerHealth> {
    return this.#ask<ServerHealth>("/health", (body) => typeof memberOf(body, "uptimeSeconds") === "number");
  }

  getViews(): Promise<ViewList> {
    return this.#ask<ViewList>("/v1/views", (body) => Array.isArray(memberOf(body, "views")));
  }

  getView<Name extends keyof Views & string>(
    view: Name,
    query: ViewQuery = {},
  ): Promise<ViewAnswer<Views[Name]>> {
    const path = `/v1/views/${encodeURIComponent(view)}${parametersOf(query)}`;
    return this.#ask<ViewAnswer<Views[Name]>>(path, (body) => Array.isArray(memberOf(body, "rows")));
  }

  /**
   * The events behind one row, each with what it made of it. `row` has the columns of the view's key, or is
   * the `key` of a row as live messages have it.
   */
  explainRow<Name extends keyof Views & string>(
    view: Name,
    row: Partial<Views[Name]> | string,
    { at, signal }: ExplainOptions = {},
  ): Promise<ExplainAnswer<Views[Name]>> {
    const key = typeof row === "string" ? row : JSON.stringify(row);
    const path = `/v1/explain/${encodeURIComponent(view)}${parametersOf({ row: key, at })}`;
    const isAnswer = (body: unknown) => Array.isArray(memberOf(body, "changes"));
    return this.#ask<ExplainAnswer<Views[Name]>>(path, isAnswer, signal && { signal });
  }

  /** Why a view shows what it shows. */
  getWhy(view: keyof Views & string): Promise<WhyAnswer> {
    const path = `/v1/why/${encodeURIComponent(view)}`;
    return this.#ask<WhyAnswer>(path, (body) => typeof memberOf(body, "summary") === "string");
  }

  /** When the server was away, and when queries of views became others. */
  getChronicle(span: { readonly from?: string; readonly to?: string } = {}): Promise<ChronicleAnswer> {
    const path = `/v1/chronicle${parametersOf(span)}`;
    return this.#ask<ChronicleAnswer>(path, (body) => Array.isArray(memberOf(body, "entries")));
  }

  /** The pages of the dashboard. */
  getPages(): Promise<PageList> {
    return this.#ask<PageList>("/v1/pages", (body) => Array.isArray(memberOf(body, "pages")));
  }

  getPage(page: string): Promise<Page> {
    const path = `/v1/pages/${encodeURIComponent(page)}`;
    return this.#ask<Page>(path, (body) => Array.isArray(memberOf(body, "rows")));
  }

  /** An analysis of history; `parameters` are its settings, `name` a saved one. */
  getAnalysis(kind: string, parameters: Readonly<Record<string, string>>): Promise<AnyObject> {
    const path = `/v1/analyses/${encodeURIComponent(kind)}${parametersOf(parameters)}`;
    return this.#ask<AnyObject>(path, (body) => typeof memberOf(body, "kind") === "string");
  }

  /** An address of the project's own, whatever it answers. */
  getEndpoint(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<WireValue> {
    return this.#ask<WireValue>(`${path}${parametersOf(parameters)}`, (body) => body !== undefined);
  }

  /** What the stream was given, the newest first. */
  getEvents<Name extends StreamName<Streams>>(
    stream: Name,
    query: EventQuery = {},
  ): Promise<EventsAnswer<EventOf<Streams, Name>>> {
    return this.#ask(`${eventsPath(stream)}${parametersOf(query)}`, (body) =>
      Array.isArray(memberOf(body, "events")),
    );
  }

  /** One event, by its id, and what became of it in each query that reads its stream. */
  getEvent<Name extends StreamName<Streams>>(
    stream: Name,
    id: string,
  ): Promise<EventJourneyAnswer<EventOf<Streams, Name>>> {
    return this.#ask(`${eventsPath(stream)}/${encodeURIComponent(id)}`, (body) =>
      Array.isArray(memberOf(body, "readers")),
    );
  }

  /** Resolves when the events are on disk. Rows that the server could not take are listed in `rejected`. */
  sendEvents<Name extends keyof Streams & string, View extends keyof Views & string = keyof Views & string>(
    stream: Name,
    events: readonly Streams[Name][],
    options: SendOptions<View> = {},
  ): Promise<IngestAnswer<Views[View]>> {
    const path = `${eventsPath(stream)}${parametersOf(options)}`;
    return this.#ask<IngestAnswer<Views[View]>>(path, (body) => Array.isArray(memberOf(body, "rejected")), {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: events.map((event) => `${JSON.stringify(event)}\n`).join(""),
    });
  }

  /** `isAnswer` looks at a member that every right answer has: enough to know a stranger's JSON by. */
  async #ask<Answer>(
    path: string,
    isAnswer: (body: unknown) => boolean,
    init?: RequestInit,
  ): Promise<Answer> {
    const response = await this.#fetch(this.#url + path, init).catch((error: unknown) => {
      throw new RequestError(`${this.#url} cannot be reached.`, { kind: "unreachable", error });
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (isAnswer(body) && !isProblem(body)) return body as Answer;
    throw refusal(response, body);
  }
}

function eventsPath(stream: string): string {
  return `/v1/streams/${encodeURIComponent(stream)}/events`;
}

function refusal({ status, headers }: Response, body: unknown): RequestError {
  const retryAfter = headers.get("retry-after") ?? "";
  const retryAfterMs = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : undefined;
  if (isProblem(body)) return new RequestError(body.detail, { kind: "problem", problem: body }, retryAfterMs);
  const message = `The answer (HTTP ${status}) is not one of a Quickwater server.`;
  return new RequestError(message, { kind: "unreadable", status }, retryAfterMs);
}

function isProblem(body: unknown): body is Problem {
  return typeof memberOf(body, "code") === "string" && typeof memberOf(body, "detail") === "string";
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

function parametersOf(query: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? "" : `?${parameters}`;
}
