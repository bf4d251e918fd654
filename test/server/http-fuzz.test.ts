/**
 * Whatever is posted is answered: with what was accepted, or with a problem document of the catalogue, never
 * with a fault of the server's own. What was acknowledged over all of it is what a view counts.
 */
import { request } from "node:http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { catalogue } from "../../src/errors/catalogue.ts";
import type { Server } from "../../src/server.ts";
import { order, testServer } from "../support/test-server.ts";

interface Post {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly stream: string;
  readonly headers: Readonly<Record<string, string>>;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

const row = fc
  .record({ id: fc.integer(), second: fc.nat(3_600), k: fc.string({ maxLength: 5 }), amount: fc.nat(99) })
  .map(({ id, second, k, amount }) => ({ ...order(id, second, k.toWellFormed(), amount) }));
const rows = fc.array(fc.oneof({ weight: 4, arbitrary: row }, fc.jsonValue({ maxDepth: 2 })), {
  maxLength: 8,
});
const json = fc.oneof(
  rows.map((all) => JSON.stringify(all)),
  rows.map((all) => all.map((each) => JSON.stringify(each)).join("\n")),
  row.map((each) => JSON.stringify(each)),
  fc.integer({ min: 1, max: 3_000 }).map((depth) => `[${'{"x":['.repeat(depth)}`),
);
/** Bytes that are put somewhere in place of some that were there. */
const splice = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  dropped: fc.nat(6),
  put: fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc.string({ unit: fc.constantFrom(...'{}[]",:\\\n0e-. \u0000'), maxLength: 4 }).map(utf8),
  ),
});

const mutated = fc.tuple(json, fc.array(splice, { maxLength: 2 })).map(([text, splices]) => {
  let bytes = Buffer.from(text.toWellFormed());
  for (const { place, dropped, put } of splices) {
    const at = Math.floor(place * bytes.length);
    bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + dropped)]);
  }
  return new Uint8Array(bytes);
});

const headerText = fc.string({
  unit: fc
    .integer({ min: 0x21, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
});
const type = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom("application/json", "application/x-ndjson", "text/plain") },
  fc.constantFrom(
    "application/json; charset=UTF-8",
    "application/json;charset=utf-16",
    "text/html",
    "a/b; c",
  ),
  headerText,
);
const encoding = fc.oneof(
  { weight: 20, arbitrary: fc.constant("identity") },
  fc.constantFrom("gzip", "br", ""),
  headerText,
);

const post: fc.Arbitrary<Post> = fc.record({
  body: fc.oneof(
    { weight: 5, arbitrary: mutated },
    fc.uint8Array({ maxLength: 200 }).map((b) => new Uint8Array(b)),
  ),
  stream: fc.oneof(
    { weight: 9, arbitrary: fc.constant("orders") },
    fc.string({ unit: "grapheme", minLength: 1 }),
  ),
  headers: fc.record({ "content-type": type, "content-encoding": encoding }),
});

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

/** Not by `fetch`, which lets only well-formed headers out. */
function ask(server: Server, { body, stream, headers }: Post): Promise<Answer> {
  const path = `/v1/streams/${encodeURIComponent(stream.toWellFormed())}/events`;
  return new Promise((resolve, reject) => {
    const options = { method: "POST", headers: { ...headers, "content-length": body.length } };
    const sent = request(server.url + path, options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (more: string) => {
        text += more;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode!, type: response.headers["content-type"], text }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Posts it and looks at the answer; answers how many rows were accepted. */
async function accepted(server: Server, post: Post): Promise<number> {
  const { status, type, text } = await ask(server, post);
  const answer = JSON.parse(text) as Record<string, unknown>;
  if (status === 200) {
    expect(type).toContain("application/json");
    expect(answer).toMatchObject({ accepted: expect.any(Number), rejected: expect.any(Array) });
    expect(answer.accepted).toBeGreaterThan(0);
    return answer.accepted as number;
  }
  expect(status, text).toBeLessThan(500);
  expect(type).toContain("application/problem+json");
  expect(Object.keys(catalogue)).toContain(answer.code);
  expect(answer).toMatchObject({ status, title: expect.any(String) });
  return 0;
}

async function counted(server: Server): Promise<number> {
  const { views } = (await (await fetch(`${server.url}/v1/views`)).json()) as {
    views: { name: string; counters: { rowsTaken: number; rowsFiltered: number; rowsLate: number } }[];
  };
  const { rowsTaken, rowsFiltered, rowsLate } = views.find(({ name }) => name === "sales")!.counters;
  return rowsTaken + rowsFiltered + rowsLate;
}

test("every post is answered, and what was accepted is counted", async () => {
  const server = await testServer();
  let total = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(post, { minLength: 1, maxLength: 4 }), async (posts) => {
      const answers = await Promise.all(posts.map((each) => accepted(server, each)));
      for (const count of answers) total += count;
    }),
    { numRuns: 500 },
  );
  expect(total).toBeGreaterThan(100);
  await expect.poll(() => counted(server), { timeout: 5_000 }).toBe(total);
  expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ status: "ok" });
});
