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
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { projectFolder, startCommand } from "../support/server-process.ts";
import { shopSql } from "../support/test-server.ts";

/** Of five segments or so; packed and indexed, all but the newest, where that is wished. */
function writeJournal(folder: string, isKept = false): readonly string[] {
  const log = new LogService(nodeFileLayer, folder, () => 1, {
    ...defaultLogSettings,
    segmentBytesMax: 20_000,
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
