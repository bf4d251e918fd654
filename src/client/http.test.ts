import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { QuickwaterHttp, RequestError } from "./http.ts";

let stop = (): void => {};
afterEach(() => stop());

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(answer: Answer): Promise<QuickwaterHttp> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  stop = () => server.close();
  return new QuickwaterHttp({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

async function failureOf(asked: Promise<unknown>): Promise<RequestError> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RequestError);
  return error as RequestError;
}

describe("the HTTP client", () => {
  it("reads a view with what was asked for in the address", async () => {
    let asked = "";
    const answer = { view: "a b", step: 1, columns: [], rows: [{ orders: 3, $final: true }], rowCount: 1 };
    const http = await serve((request, response) => {
      asked = request.url ?? "";
      json(200, answer)(request, response);
    });
    expect(await http.getView("a b", { where: "orders > 1 & 2", limit: 5, order: undefined })).toEqual(
      answer,
    );
    expect(asked).toBe("/v1/views/a%20b?where=orders+%3E+1+%26+2&limit=5");
  });

  it.each([200, 503])(
    "reads the server's health, which is an answer with the status %i too",
    async (status) => {
      const health = { status: "failed", version: "1.2.3", uptimeSeconds: 5, parts: {} };
      const http = await serve(json(status, health));
      expect(await http.getHealth()).toEqual(health);
    },
  );

  it("lists the views", async () => {
    const http = await serve(json(200, { views: [] }));
    expect(await http.getViews()).toEqual({ views: [] });
  });

  it("sends events one a line and hands on what was rejected", async () => {
    let sent = { url: "", type: "", body: "" };
    const answer = { accepted: 1, duplicates: 0, rejected: [{ index: 1, code: "row.type", message: "No." }] };
    const http = await serve(async (request, response) => {
      const { url = "", headers } = request;
      sent = { url, type: headers["content-type"] ?? "", body: await text(request) };
      json(200, answer)(request, response);
    });
    const events = [{ id: 1, amount: "12.50" }, { id: "line\nbreak" }];
    expect(await http.sendEvents("orders", events, { wait: "revenue" })).toEqual(answer);
    expect(sent.url).toBe("/v1/streams/orders/events?wait=revenue");
    expect(sent.type).toBe("application/x-ndjson");
    expect(sent.body).toBe('{"id":1,"amount":"12.50"}\n{"id":"line\\nbreak"}\n');
  });

  it("reads events of a stream, and one of them", async () => {
    const asked: string[] = [];
    const event = { id: "8-0", step: 8, row: 0, event: { id: 1 } };
    const answers = [
      { stream: "a b", events: [event] },
      { ...event, readers: [] },
    ];
    const http = await serve((request, response) => {
      asked.push(request.url ?? "");
      json(200, answers[asked.length - 1])(request, response);
    });
    const query = { where: "id = 1", order: "oldest", appendedFrom: "2026-03-01T12:00:00Z" } as const;
    expect(await http.getEvents("a b", query)).toEqual(answers[0]);
    expect(await http.getEvent("a b$dead", "8-0")).toEqual(answers[1]);
    expect(asked).toEqual([
      "/v1/streams/a%20b/events?where=id+%3D+1&order=oldest&appendedFrom=2026-03-01T12%3A00%3A00Z",
      "/v1/streams/a%20b%24dead/events/8-0",
    ]);
  });

  it("turns a problem document into an error with its code and the wait that is asked for", async () => {
    const problem = {
      type: "about:blank",
      title: "Busy",
      status: 429,
      detail: "Full.",
      code: "request.busy",
    };
    const http = await serve(json(429, problem, { "retry-after": "2" }));
    const error = await failureOf(http.sendEvents("orders", [{}]));
    expect(error).toMatchObject({ message: "Full.", code: "request.busy", retryAfterMs: 2_000 });
    expect(error.failure).toEqual({ kind: "problem", problem });
  });

  it.each([
    ["a page of a proxy", 502, "<h1>Bad gateway</h1>"],
    ["other JSON", 200, { hello: "there" }],
    ["null", 200, null],
  ])("does not take %s for an answer", async (_what, status, body) => {
    const http = await serve(json(status, body));
    const error = await failureOf(http.getViews());
    expect(error.failure).toEqual({ kind: "unreadable", status });
    expect(error.retryAfterMs).toBeUndefined();
  });

  it("says that the server cannot be reached, with the cause", async () => {
    const http = await serve(json(200, {}));
    stop();
    const error = await failureOf(http.getViews());
    expect(error.failure.kind).toBe("unreachable");
    expect(error.cause).toBeInstanceOf(Error);
  });
});
