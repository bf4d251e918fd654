import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "../../test/support/scratch-folder.ts";
import { readProject } from "./read-project.ts";

/** Files by their paths. */
function write(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const simulator = "stream: t\nfields: { n: { value: 1 } }\n";

test("what a project includes is part of it: its SQL first, its simulators where there are none", () => {
  const folder = write({
    "all/quickwater.yaml": "include: [../one, ../two]",
    "all/sql/own.sql": "-- own",
    "one/quickwater.yaml": "simulators: [slow]\nbackfill: 3d",
    "one/sql/b.sql": "-- one b",
    "one/sql/a.sql": "-- one a",
    "one/simulators/slow.yaml": simulator,
    "one/simulators/fast.yaml": simulator,
    "two/sql/c.sql": "-- two c",
    "two/simulators/other.yaml": simulator,
  });
  const project = readProject(join(folder, "all"));
  expect(project.sql.map(({ text }) => text)).toEqual(["-- one a", "-- one b", "-- two c", "-- own"]);
  expect(project.simulators.map(({ name }) => name)).toEqual(["slow", "other"]);
  expect(project.included).toEqual([join(folder, "one"), join(folder, "two")]);
  const watched = ["sql", "endpoints", "analyses", "dashboards"];
  expect(project.watchedFolders).toEqual(
    ["one", "two", "all"].flatMap((name) => watched.map((each) => join(folder, name, each))),
  );
  expect(project.settings.backfill?.spanMs).toBe(3 * 86_400_000);
  expect(project.settings.name).toBe("all");
});

test("simulators of its own take the place of those that it includes, and of their past", () => {
  const folder = write({
    "all/quickwater.yaml": "include: [../one]",
    "all/simulators/world.yaml": simulator,
    "one/quickwater.yaml": "backfill: 3d",
    "one/sql/a.sql": "-- one",
    "one/simulators/slow.yaml": simulator,
  });
  const { simulators, settings } = readProject(join(folder, "all"));
  expect(simulators.map(({ name }) => name)).toEqual(["world"]);
  expect(settings.backfill).toBeUndefined();
});

test("a project that includes itself, or a folder that is not there, is refused", () => {
  const folder = write({
    "one/quickwater.yaml": "include: [../two]",
    "one/sql/a.sql": "-- one",
    "two/quickwater.yaml": "include: [../one]",
    "lost/quickwater.yaml": "include: [../nowhere]",
  });
  expect(() => readProject(join(folder, "one"))).toThrow(
    "There is no project in ../one: it includes itself.",
  );
  const missing = "There is no project in ../nowhere: the folder does not exist.";
  expect(() => readProject(join(folder, "lost"))).toThrow(missing);
});
