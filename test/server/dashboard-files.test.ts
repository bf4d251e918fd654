/** The built dashboard as it is answered: packed for who takes that, kept where its name has a hash. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { scratchFolder } from "../support/scratch-folder.ts";
import { testServer } from "../support/test-server.ts";

const script = `console.log("${"quick".repeat(400)}");`;

function built(): string {
  const folder = join(scratchFolder(), "dist");
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  writeFileSync(join(folder, "assets/index-abc.js"), script);
  writeFileSync(join(folder, "assets/index-abc.js.br"), brotliCompressSync(script));
  writeFileSync(join(folder, "assets/plain-abc.css"), "a {}");
  return folder;
}

async function get(url: string, accepted: string) {
  const answer = await fetch(url, { headers: { "accept-encoding": accepted } });
  const { status, headers } = answer;
  const told = ["content-encoding", "content-type", "cache-control", "vary"].map((name) => headers.get(name));
  // What is packed is unpacked by who asked.
  return [status, await answer.text(), ...told];
}

const kept = "public, max-age=31536000, immutable";
const ofScript = "text/javascript; charset=utf-8";

test("a file is answered packed where it is so and the browser takes it", async () => {
  const { url } = await testServer({ dashboard: built() });
  const packed = `${url}/assets/index-abc.js`;
  expect(await get(packed, "gzip, deflate, br, zstd")).toEqual([
    200,
    script,
    "br",
    ofScript,
    kept,
    "accept-encoding",
  ]);
  expect(await get(packed, "gzip")).toEqual([200, script, null, ofScript, kept, "accept-encoding"]);
  const plain = await get(`${url}/assets/plain-abc.css`, "br");
  expect(plain).toEqual([200, "a {}", null, "text/css; charset=utf-8", kept, "accept-encoding"]);
  const page = await get(`${url}/`, "br");
  expect(page.slice(0, 3)).toEqual([200, "<!doctype html>", null]);
  expect(page[4]).toBe("no-cache");
  expect((await get(`${packed}.br`, "br"))[0]).toBe(404);
});
