/** `/openapi.json` before another's validator, beside the server's real answers, and under hostile calls. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkProject } from "../../src/cli/checked-project.ts";
import type { Server } from "../../src/server.ts";
import type { EventsAnswer } from "../../src/serving/answers.ts";
import { endpointProject, projectServer } from "../support/endpoint-server.ts";
import { pageOfAll } from "../support/page-of-all.ts";
import { projectOf } from "../support/project-folder.ts";
import { shopAnalyses } from "../support/shop-analyses.ts";
import { order, shopSql, testServer } from "../support/test-server.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const packs = join(import.meta.dirname, "../../packs");

async function documentOf(server: Server): Promise<OpenApi> {
  return (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi;
}

/** Says what is wrong with an answer of the path, by the document. */
function judge(document: OpenApi) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "openapi", components: document.components });
  return async (method: string, path: string, answer: Response): Promise<string | undefined> => {
    const { responses } = document.paths[path]![method]!;
    const [type = ""] = (answer.headers.get("content-type") ?? "").split(";");
    const response = responses[String(answer.status)] ?? responses.default!;
    const content = response.content?.[type];
    const what = `${method} ${path} ${answer.status} ${type}`;
    if (type === "text/event-stream") {
      // It has no end.
      await answer.body?.cancel();
      return content === undefined ? `${what} is not in the document` : undefined;
    }
    const text = await answer.text();
    if (content === undefined) return `${what} is not in the document: ${text}`;
    if (!/json/.test(type)) return undefined;
    const schema = JSON.parse(
      JSON.stringify(content.schema).replaceAll('"#/components', '"openapi#/components'),
    ) as object;
    const validate = ajv.compile(schema);
    return validate(JSON.parse(text)) ? undefined : `${what}: ${ajv.errorsText(validate.errors)}: ${text}`;
  };
}

/** A server with rows that are final, open, late and dead, and with history. */
async function busyServer(): Promise<Server> {
  const pages = { "dashboards/all.yaml": pageOfAll, "dashboards/wrong.yaml": "title: [" };
  const people = "CREATE TABLE people (id STRING, PRIMARY KEY (id) NOT ENFORCED);";
  const project = projectOf({
    "sql/all.sql": `${shopSql}\n${people}`,
    "analyses/shop.yaml": shopAnalyses,
    ...pages,
  });
  const server = await projectServer(project, { history: { everyMs: 20 } });
  const events = `${server.url}/v1/streams/orders/events`;
  for (const second of [1, 2, 40, 41, 3, 90])
    await fetch(events, { method: "POST", body: JSON.stringify(order(second, second)) });
  await fetch(events, { method: "POST", body: '[{"id": "x"}, {"id": 1}]' });
  await expect.poll(() => server.history!.state.rowsAdded, { timeout: 20_000 }).toBe(6);
  return server;
}

test("It is valid OpenAPI, and its operations have names of their own", async () => {
  const document = await documentOf(await testServer());
  expect(await new Validator().validate(structuredClone(document) as never)).toEqual({ valid: true });
  const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((o) => o.operationId));
  expect(new Set(ids).size).toBe(ids.length);
});

test("No answer is described as an object of whatever", async () => {
  const document = await documentOf(await testServer());
  const bare: string[] = [];
  const visit = (value: unknown, at: string): void => {
    if (typeof value !== "object" || value === null) return;
    const schema = value as Record<string, unknown>;
    const isObject = schema.type === "object" && !("properties" in schema);
    if (isObject && (schema.additionalProperties ?? true) === true) bare.push(at);
    for (const [name, inner] of Object.entries(schema)) visit(inner, `${at}.${name}`);
  };
  const { OpenApi: _, ...told } = document.components.schemas;
  visit(told, "components");
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, { responses }] of Object.entries(operations)) visit(responses, `${method} ${path}`);
  expect(bare).toEqual([]);
});

test("X7: What every route answers is what it says", async () => {
  const server = await busyServer();
  const document = await documentOf(server);
  const check = judge(document);
  const json = { "content-type": "application/json" };
  const post = (body: unknown) => ({ method: "POST", body: JSON.stringify(body), headers: json });
  const opened = await fetch(`${server.url}/v1/streams/orders/backfills`, { method: "POST" });
  const { id } = (await opened.clone().json()) as { id: string };
  expect(await check("post", "/v1/streams/{stream}/backfills", opened)).toBeUndefined();
  const newestOf = async (stream: string) => {
    const answer = await fetch(`${server.url}/v1/streams/${stream}/events?limit=1`);
    return ((await answer.json()) as EventsAnswer).events[0]!.id;
  };
  const [late, dead] = [await newestOf("sales$late"), await newestOf("orders$dead")];
  const window = encodeURIComponent('["2026-03-01T00:01:30Z","2026-03-01T00:01:40Z","a"]');
  const calls: readonly (readonly [string, string, RequestInit?])[] = [
    ["/v1/streams", "/v1/streams"],
    ["/v1/streams/{stream}/events", "/v1/streams/orders/events", post(order(9, 95))],
    ["/v1/streams/{stream}/events", "/v1/streams/orders/events?wait=sales", post(order(8, 94))],
    ["/v1/streams/{stream}/events", "/v1/streams/orders/events", post({ id: "x" })],
    ["/v1/streams/{stream}/events", "/v1/streams/nobody/events", post(order(9, 95))],
    ["/v1/streams/{stream}/events", "/v1/streams/orders/events", { method: "POST", body: "[{" }],
    ["/v1/streams/orders/events", "/v1/streams/orders/events", post(order(10, 96))],
    ["/v1/streams/{stream}/events", "/v1/streams/orders/events?limit=3"],
    ["/v1/streams/{stream}/events", "/v1/streams/sales$late/events"],
    ["/v1/streams/{stream}/events", "/v1/streams/orders/events?where=nobody"],
    ["/v1/streams/{stream}/events/{id}", `/v1/streams/sales$late/events/${late}`],
    ["/v1/streams/{stream}/events/{id}", `/v1/streams/orders$dead/events/${dead}`],
    ["/v1/streams/{stream}/events/{id}", `/v1/streams/orders/events/${await newestOf("orders")}`],
    ["/v1/streams/{stream}/events/{id}", "/v1/streams/orders/events/1-0"],
    ["/v1/streams/{stream}/events/{id}", "/v1/streams/people/events/ann", { method: "DELETE" }],
    ["/v1/streams/{stream}/events/{id}", "/v1/streams/orders/events/1", { method: "DELETE" }],
    ["/v1/streams/{stream}/dead", "/v1/streams/orders/dead"],
    ["/v1/streams/{stream}/replay", "/v1/streams/orders/replay", post({ dryRun: true, force: true })],
    ["/v1/streams/{stream}/backfills/{id}", `/v1/streams/orders/backfills/${id}`, { method: "DELETE" }],
    ["/v1/views", "/v1/views"],
    ["/v1/views/{view}", "/v1/views/sales"],
    ["/v1/views/sales", "/v1/views/sales?limit=2"],
    ["/v1/views/closed", "/v1/views/closed"],
    ["/v1/views/{view}", `/v1/views/sales?at=${new Date().toISOString()}`],
    ["/v1/explain/{view}", `/v1/explain/sales?row=${window}`],
    ["/v1/explain/{view}", "/v1/explain/sales"],
    ["/v1/views/{view}/changes", "/v1/views/sales/changes"],
    ["/v1/views/{view}/changes", "/v1/views/sales/changes?columns=nothing"],
    ["/v1/views/{view}/late", "/v1/views/sales/late"],
    ["/v1/views/{view}/replay", "/v1/views/sales/replay", post({ dryRun: true })],
    ["/v1/chronicle", "/v1/chronicle"],
    ["/v1/chronicle", "/v1/chronicle?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z"],
    ["/v1/chronicle", "/v1/chronicle?from=soon"],
    ["/v1/why/{view}", "/v1/why/sales"],
    ["/v1/why/{view}", "/v1/why/closed"],
    ["/v1/why/{view}", "/v1/why/nobody"],
    ["/v1/pages", "/v1/pages"],
    ["/v1/pages/{page}", "/v1/pages/all"],
    ["/v1/pages/{page}", "/v1/pages/wrong"],
    ["/v1/pages/{page}", "/v1/pages/nobody"],
    ["/v1/query", "/v1/query", post({ sql: "SELECT * FROM sales" })],
    ["/v1/export/{name}", "/v1/export/sales"],
    ["/v1/export/{name}", "/v1/export/orders"],
    ["/v1/query", "/v1/query", post({ sql: "SELECT nothing FROM sales" })],
    ["/v1/analyses", "/v1/analyses"],
    ["/v1/analyses/funnel", "/v1/analyses/funnel?name=to_large&from=2026-03-01T00:00:00Z"],
    ["/v1/analyses/funnel", "/v1/analyses/funnel?steps=ordered,large&order=any"],
    ["/v1/analyses/funnel", "/v1/analyses/funnel?steps=nothing"],
    ["/v1/analyses/cohort", "/v1/analyses/cohort?name=coming_back&from=2026-02-01T00:00:00Z"],
    ["/v1/analyses/segments", "/v1/analyses/segments?name=buyers"],
    ["/v1/analyses/heat-map", "/v1/analyses/heat-map?name=by_hour&from=2026-03-01T00:00:00Z"],
    ["/v1/analyses/paths", "/v1/analyses/paths?name=afterwards&from=2026-03-01T00:00:00Z"],
    ["/v1/analyses/growth", "/v1/analyses/growth?name=daily&to=2026-03-01T12:00:00Z"],
    ["/v1/analyses/growth", "/v1/analyses/growth?name=daily&span=1h"],
    ["/v1/analyses/top", "/v1/analyses/top?name=best&from=2026-03-01T00:00:00Z"],
    ["/health", "/health"],
    ["/ready", "/ready"],
    ["/metrics", "/metrics"],
    ["/openapi.json", "/openapi.json"],
  ];
  const wrong = [];
  for (const [path, at, init] of calls) {
    const method = (init?.method ?? "GET").toLowerCase();
    wrong.push(await check(method, path, await fetch(`${server.url}${at}`, init)));
  }
  expect(wrong.filter((each) => each !== undefined)).toEqual([]);
  const called = new Set(calls.map(([path, , init]) => `${(init?.method ?? "GET").toLowerCase()} ${path}`));
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(all.filter((each) => !called.has(each))).toEqual([
    "post /v1/streams/{stream}/backfills",
    "get /v1/live",
    "get /v1/metrics",
    "post /v1/streams/people/events",
  ]);
});

test.each(readdirSync(packs))("An example of each stream of %s is taken as it stands", async (pack) => {
  const { sql, project, mistakes } = checkProject(join(packs, pack));
  expect(mistakes).toEqual([]);
  const server = await testServer({ sql, timeZone: project.settings.timeZone });
  const document = await documentOf(server);
  const outcomes: Record<string, unknown> = {};
  for (const [path, { post }] of Object.entries(document.paths)) {
    if (!path.endsWith("/events") || path.includes("{")) continue;
    for (const [type, { example }] of Object.entries(post!.requestBody!.content)) {
      const body = typeof example === "string" ? example : JSON.stringify(example);
      const answer = await fetch(`${server.url}${path}`, {
        method: "POST",
        body,
        headers: { "content-type": type },
      });
      const { accepted, duplicates } = (await answer.json()) as { accepted: number; duplicates: number };
      outcomes[`${path} ${type}`] = { status: answer.status, rows: accepted + duplicates };
    }
  }
  expect(Object.keys(outcomes).length).toBeGreaterThan(0);
  for (const [what, outcome] of Object.entries(outcomes))
    expect([what, outcome]).toEqual([what, { status: 200, rows: 1 }]);
});

test("Names that need care are told and found as they are", async () => {
  const columns = "`a b` INT NOT NULL, `größe` DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts";
  const sql = `CREATE TABLE \`my orders/2\` (${columns});`;
  const server = await testServer({ sql });
  const document = await documentOf(server);
  expect(await new Validator().validate(structuredClone(document) as never)).toEqual({ valid: true });
  const [path, { post }] = Object.entries(document.paths).find(([at]) => at.includes("my%20orders"))!;
  const body = JSON.stringify(post!.requestBody!.content["application/json"]!.example);
  const answer = await fetch(`${server.url}${path}`, { method: "POST", body });
  expect(await answer.json()).toMatchObject({ accepted: 1 });
});

test("Endpoints of the project are told with their limits, and answer what they say", async () => {
  const list = `path: /list/{k}
summary: List
description: All of it
paging: { limit: 5, max: 50 }
parameters:
  k: { type: string, length-max: 9, description: A k }
  least: { type: integer, default: 1, min: -2, max: 3 }
  share: { type: decimal, min: 0.5, default: 0.75 }
  since: { type: timestamp, default: "2026-03-01T00:00:00Z" }
  day: { type: date, one-of: [2026-03-01, 2026-03-02], default: 2026-03-02 }
  maybe: { type: boolean, default: null }
sql: |
  SELECT window_start, n, total, CAST(ROW(k, n) AS ROW<a STRING, b BIGINT>) AS r, ARRAY[n] AS l,
    :maybe AS maybe
  FROM sales
  WHERE k = :k AND n >= :least AND :share < 1 AND window_start >= :since AND :day > DATE '2026-01-01'
`;
  const first =
    "path: /first\nsummary: F\nanswer: first\nnone: { n: null }\nsql: SELECT n FROM sales WHERE n > 9\n";
  const server = await projectServer(endpointProject({ list, first }));
  await server.engine.send("orders", [order(1, 1)]);
  await expect.poll(() => server.engine.rows("sales").length).toBe(1);
  const document = await documentOf(server);
  expect(await new Validator().validate(structuredClone(document) as never)).toEqual({ valid: true });
  const { parameters } = document.paths["/list/{k}"]!.get!;
  const integer = { type: "integer", format: "int64" };
  expect(parameters).toMatchObject([
    { name: "k", in: "path", required: true, description: "A k", schema: { type: "string", maxLength: 9 } },
    {
      name: "least",
      in: "query",
      required: false,
      schema: { ...integer, default: 1, minimum: -2, maximum: 3 },
    },
    { name: "share", schema: { type: "number", minimum: 0.5, default: 0.75 } },
    { name: "since", schema: { type: "string", format: "date-time", default: "2026-03-01T00:00:00.000Z" } },
    { name: "day", schema: { format: "date", default: "2026-03-02", enum: ["2026-03-01", "2026-03-02"] } },
    { name: "maybe", required: false, schema: { type: "boolean" } },
    { name: "format", schema: { enum: ["json", "csv"] } },
    { name: "limit", schema: { ...integer, default: 5, minimum: 1, maximum: 50 } },
    { name: "offset", schema: { ...integer, default: 0, minimum: 0 } },
  ]);
  const check = judge(document);
  for (const [path, at] of [
    ["/list/{k}", "/list/a"],
    ["/list/{k}", "/list/a?format=csv"],
    ["/list/{k}", "/list/a?least=4"],
    ["/first", "/first"],
  ] as const)
    expect(await check("get", path, await fetch(`${server.url}${at}`))).toBeUndefined();
  const [row] = (await (await fetch(`${server.url}/list/a`)).json()) as object[];
  expect(row).toMatchObject({ n: 1, r: { a: "a", b: 1 }, l: [1], maybe: null });
});

test("It tells of views that came later", async () => {
  const server = await testServer();
  await server.engine.execute(`CREATE MATERIALIZED VIEW big AS
    SELECT window_start, window_end, k, MAX(amount) AS most
    FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
    GROUP BY window_start, window_end, k`);
  const { paths, components } = await documentOf(server);
  expect(Object.keys(paths)).toContain("/v1/views/big");
  expect(components.schemas["shown.big"]).toMatchObject({
    required: ["window_start", "window_end", "k", "most", "$final", "$revision"],
  });
});

const hostile = fc.oneof(
  fc.string({ unit: "grapheme" }).map((text) => text.toWellFormed()),
  fc.constantFrom("", "-1", "0", "1e9", "1000000000", "99999999999999999999", "NaN", "null", "true", "[]"),
  fc.constantFrom("' OR 1=1 --", "../../etc/passwd", "%00", "\u0000", "a".repeat(600), "{}", "$final", "ⅷ"),
);
const hostileBody = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.record({ sql: hostile }).map((value) => JSON.stringify(value)),
  hostile,
);

test("Whatever a parameter or body holds, the answer is one that the document tells", async () => {
  const server = await busyServer();
  const document = await documentOf(server);
  const check = judge(document);
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { responses }]) => !("101" in responses))
      .map(([method, operation]) => ({ path, method, operation })),
  );
  const call = fc.constantFrom(...routes).chain(({ path, method, operation }) => {
    const names = (operation.parameters ?? []).map((parameter) => parameter);
    return fc.record({
      path: fc.constant(path),
      method: fc.constant(method),
      parameters: fc.constant(names),
      values: fc.array(fc.option(hostile, { freq: 4 }), { minLength: names.length, maxLength: names.length }),
      stray: fc.option(fc.tuple(hostile, hostile), { freq: 5 }),
      body: hostileBody,
      type: fc.constantFrom("application/json", "application/x-ndjson", "text/plain"),
    });
  });
  await fc.assert(
    fc.asyncProperty(call, async ({ path, method, parameters, values, stray, body, type }) => {
      let at = path;
      const query = new URLSearchParams(stray === null ? [] : [stray]);
      for (const [index, { in: where, name }] of parameters.entries()) {
        const value = values[index];
        if (where === "path") at = at.replace(`{${name}}`, encodeURIComponent(value || "sales"));
        else if (value !== null && value !== undefined) query.set(name, value);
      }
      const hasBody = method === "post" || method === "put";
      const init = hasBody ? { body, headers: { "content-type": type } } : {};
      const url = `${server.url}${at}${query.size > 0 ? `?${query}` : ""}`;
      const answer = await fetch(url, { method: method.toUpperCase(), ...init });
      if (answer.status >= 500) expect.fail(`${method} ${url} ${body}: ${await answer.text()}`);
      expect(await check(method, path, answer)).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});
