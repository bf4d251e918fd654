/** A data folder whose journal is not as it should be: one sentence, exit code 2, and nothing is written. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { JournalKeeper } from "../../src/log/journal/journal-keeper.ts";
import { LogService } from "../../src/log/journal/log-service.ts";
import { listSegments, segmentPath } from "../../src/log/journal/segments.ts";
import { defaultLogSettings } from "../../src/log/log-settings.ts";
import { clicks, orderRow, orders, take } from "../log/log-driver.ts";
import { quickwater } from "../support/quickwater-process.ts";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { projectFolder, startCommand, startServerProcess } from "../support/server-process.ts";
import { shopSql } from "../support/test-server.ts";

/** Of five segments or so; packed and indexed, all but the newest, where that is wished. */
function writeJournal(folder: string, isKept = false): readonly string[] {
  const log = new LogService(nodeFileLayer, folder, () => 1, {
    ...defaultLogSettings,
    segmentBytesMax: 20_000,
    eventAheadMsMax: Number.POSITIVE_INFINITY,
  });
  log.declare([orders, clicks]);
  for (let id = 0; id < 100; id++) {
    take(log, "orders", orderRow(id, "x".repeat(700)));
    log.commit();
  }
  log.close();
  const options = { nowMs: 1e9, packAfterMs: 0, mayGoOn: () => true, retentions: [], floor: undefined };
  if (isKept) new JournalKeeper(nodeFileLayer, folder, options).pass();
  return listSegments(nodeFileLayer, folder).map((step) => segmentPath(folder, step));
}

function contentsOf(folder: string): ReadonlyMap<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "hex")]));
}

function change(path: string, edit: (content: Buffer) => void): void {
  const content = readFileSync(path);
  edit(content);
  writeFileSync(path, content);
}

interface Bad {
  readonly what: string;
  readonly isKept?: boolean;
  /** Spoils the journal; answers what is said of it. */
  readonly spoil: (segments: readonly string[], scratch: string) => RegExp;
}

const isNewer = /^.*qwj is not a journal of this version: its format is version 3, this program reads/;

const bad: readonly Bad[] = [
  {
    what: "of a newer version",
    spoil: (segments) => {
      change(segments.at(-1)!, (content) => content.writeUInt16LE(3, 8));
      return isNewer;
    },
  },
  {
    what: "of which an older segment is of a newer version",
    isKept: true,
    spoil: (segments) => {
      change(segments[1]!, (content) => content.writeUInt16LE(3, 8));
      return isNewer;
    },
  },
  {
    what: "with a segment of another journal",
    spoil: (segments, scratch) => {
      const other = writeJournal(join(scratch, "other"));
      writeFileSync(segments[1]!, readFileSync(other[1]!));
      return /^.*qwj is not a journal of this version: it is a segment of another journal\.$/;
    },
  },
  ...[false, true].flatMap((isKept): readonly Bad[] => [
    {
      what: `without its first segment, packed: ${isKept}`,
      isKept,
      spoil: ([first = ""]) => {
        rmSync(first);
        return /^The journal lacks the steps 1 to \d+: .*0{19}1\.qwj is not there\.$/;
      },
    },
    {
      what: `without a segment in the middle, packed: ${isKept}`,
      isKept,
      spoil: (segments) => {
        rmSync(segments[2]!);
        return /^The journal lacks the steps \d+ to \d+: .*\.qwj is not there\.$/;
      },
    },
    {
      what: `with a segment that is cut, packed: ${isKept}`,
      isKept,
      spoil: (segments) => {
        writeFileSync(segments[1]!, readFileSync(segments[1]!).subarray(0, -200));
        return /^The journal is damaged in .*\.qwj at byte \d+: .*\.$/;
      },
    },
  ]),
  {
    what: "with a flipped bit in what was acknowledged",
    spoil: (segments) => {
      change(segments.at(-1)!, (content) => {
        content[200]! ^= 1;
      });
      return /^The journal is damaged in .*\.qwj at byte 64: step \d+ does not match its check sum, yet/;
    },
  },
];

test.each(bad)("a journal $what", async ({ isKept, spoil }) => {
  const scratch = scratchFolder();
  const data = join(scratch, "data");
  const journal = join(data, "journal");
  mkdirSync(data);
  const said = spoil(writeJournal(journal, isKept), scratch);
  const before = contentsOf(journal);
  const start = startCommand(projectFolder(scratch, shopSql), data);
  const { code, stderr } = await runToEnd(start, { cwd: projectRoot });
  expect(stderr.split("\n")[0]).toMatch(said);
  expect(code).toBe(2);
  expect(contentsOf(journal)).toEqual(before);
});

test("quickwater repair tells what is lost, changes nothing unasked, and goes on without it", async () => {
  const scratch = scratchFolder();
  const data = join(scratch, "data");
  const journal = join(data, "journal");
  mkdirSync(data);
  const [, second = ""] = writeJournal(journal);
  const damage = (content: Buffer) => void content.fill(0, 9_000, 9_100);
  change(second, damage);
  const project = projectFolder(
    scratch,
    `CREATE TABLE orders (id INT NOT NULL, note STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
    CREATE MATERIALIZED VIEW counted AS SELECT window_start, window_end, COUNT(*) AS n
    FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) GROUP BY window_start, window_end;`,
  );
  expect((await runToEnd(startCommand(project, data), { cwd: projectRoot })).code).toBe(2);
  const before = contentsOf(journal);
  const look = await quickwater(["repair", "--data", data]);
  expect(look.code).toBe(1);
  expect(look.stdout).toContain(`${second} at byte `);
  expect(look.stdout).toMatch(/steps? \d+ (to \d+ are|is) lost\n/);
  const [, lost = "0"] = look.stdout.match(/^orders: (\d+) rows? (?:is|are) lost, from number/m) ?? [];
  expect(Number(lost)).toBeGreaterThan(0);
  expect(contentsOf(journal)).toEqual(before);
  const done = await quickwater(["repair", "--data", data, "--yes", "--json"]);
  expect(done.code).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ isRepaired: true, lost: [{ stream: "orders" }] });
  expect(readdirSync(join(data, "quarantine"))).toEqual([second.slice(second.lastIndexOf("/") + 1)]);
  expect(await quickwater(["repair", "--data", data])).toMatchObject({
    code: 0,
    stdout: `The journal in ${journal} is whole.\n`,
  });
  const server = await startServerProcess(project, data);
  const answer = await fetch(`${server.url}/v1/views/counted`);
  const { rows } = (await answer.json()) as { rows: { n: number }[] };
  expect(rows.map(({ n }) => n)).toEqual([100 - Number(lost)]);
  expect((await quickwater(["repair", "--data", data])).stderr).toContain("is in use by process");
  server.child.kill("SIGKILL");
  const { stderr } = await server.finished;
  expect(stderr).toMatch(/Rows \d+ to \d+ of orders are lost: what is made of it lacks them\./);
});
