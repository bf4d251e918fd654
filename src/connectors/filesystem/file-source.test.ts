import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "../../../test/support/scratch-folder.ts";
import { tableOf } from "../../../test/support/table-of.ts";
import type { Source, SourcePosition } from "../connector.ts";
import { filesystemConnector } from "./filesystem-connector.ts";

function openAt(folder: string, format: string, from?: SourcePosition): Source {
  const table = tableOf(
    `CREATE TABLE t (id INT NOT NULL, note STRING) WITH ('connector' = 'filesystem',
      'path' = 'rows', 'format' = '${format}')`,
  );
  const print = () => {};
  const context = { baseFolder: folder, print, printError: print, rowBytesMax: 1024 * 1024 };
  return filesystemConnector.openSource!(table, context, from);
}

/** Ids of the chunks that are left, and where each chunk began. */
async function readOn(source: Source) {
  const chunks: { readonly position: SourcePosition; readonly ids: number[] }[] = [];
  for (;;) {
    // As whoever keeps it would: through JSON.
    const position = JSON.parse(JSON.stringify(source.position)) as SourcePosition;
    const chunk = await source.next();
    if (chunk === undefined) return { chunks, end: position };
    const ids = Array.from({ length: chunk.rowCount }, (_, row) => {
      const text = Buffer.from(chunk.bytes.subarray(chunk.rowEnds[row - 1] ?? 0, chunk.rowEnds[row]));
      return (JSON.parse(text.toString()) as { id: number }).id;
    });
    chunks.push({ position, ids });
  }
}

const note = "é".repeat(1_500);
const lines = {
  json: (id: number) => `${JSON.stringify({ id, note })}\n`,
  csv: (id: number) => `${id},"${note}\n${note}"\n`,
};

describe.each(["json", "csv"] as const)("a source of %s files", (format) => {
  /** Two files of 300 rows, the first with a byte order mark. */
  const twoFiles = () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, "rows"));
    const content = (first: number) =>
      Array.from({ length: 300 }, (_, row) => lines[format](first + row)).join("");
    writeFileSync(join(folder, "rows", "a"), `\ufeff${content(0)}`);
    writeFileSync(join(folder, "rows", "b"), content(300));
    return folder;
  };

  test("gives from each of its positions what it would have given from there on", async () => {
    const folder = twoFiles();
    const whole = await readOn(openAt(folder, format));
    expect(whole.chunks.length).toBeGreaterThan(4);
    expect(whole.chunks.flatMap(({ ids }) => ids)).toEqual([...Array(600).keys()]);
    for (const [place, { position }] of whole.chunks.entries()) {
      const rest = await readOn(openAt(folder, format, position));
      const expected = whole.chunks.slice(place).flatMap(({ ids }) => ids);
      expect(rest.chunks.flatMap(({ ids }) => ids)).toEqual(expected);
    }
    expect((await readOn(openAt(folder, format, whole.end))).chunks).toEqual([]);
  });

  test("names the line of a broken row as if it had been read from the beginning", async () => {
    const folder = twoFiles();
    const { chunks } = await readOn(openAt(folder, format));
    const path = join(folder, "rows", "b");
    const broken = format === "json" ? "{}\n" : "x,y\n";
    writeFileSync(path, broken, { flag: "a" });
    const read = async (from?: SourcePosition) => {
      const source = openAt(folder, format, from);
      try {
        await readOn(source);
        return "";
      } catch (error) {
        return (error as Error).message;
      } finally {
        await source.close();
      }
    };
    const message = await read();
    expect(message).toMatch(format === "json" ? /line 301/ : /line 601/);
    expect(await read(chunks.at(-1)!.position)).toBe(message);
  });

  test("says so where the file of its position is gone", () => {
    const folder = twoFiles();
    expect(() => openAt(folder, format, [join(folder, "gone"), 5, 2])).toThrow(/not there any more/);
  });
});
