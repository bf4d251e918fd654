import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { scratchFolder } from "../../test/support/scratch-folder.ts";
import { watchFolders } from "./watched-folders.ts";

let end = () => {};
afterEach(() => end());

/** How often it was told that something was saved, once there is a quiet moment. */
function watching(...names: readonly string[]) {
  const folder = scratchFolder();
  let told = 0;
  const failures: string[] = [];
  return {
    folder,
    failures,
    begin: () => {
      end = watchFolders(
        names.map((name) => join(folder, name)),
        { onSaved: () => told++, onFailure: (where) => failures.push(where) },
      );
    },
    isTold: async (act: () => void): Promise<boolean> => {
      const before = told;
      act();
      for (let turn = 0; turn < 100 && told === before; turn++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      return told > before;
    },
    isQuiet: async (act: () => void): Promise<boolean> => {
      const before = told;
      act();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return told === before;
    },
  };
}

test("a folder that is made later is watched, and what lies beside it is not", async () => {
  const { folder, begin, isTold, isQuiet } = watching("sql", "dashboards");
  mkdirSync(join(folder, "sql"));
  begin();
  expect(await isTold(() => writeFileSync(join(folder, "sql", "a.sql"), "1"))).toBe(true);
  expect(await isQuiet(() => writeFileSync(join(folder, "quickwater.yaml"), "name: a"))).toBe(true);
  expect(await isTold(() => mkdirSync(join(folder, "dashboards")))).toBe(true);
  expect(await isTold(() => writeFileSync(join(folder, "dashboards", "a.yaml"), "title: A"))).toBe(true);
});

test("a folder that another takes the place of is watched again", async () => {
  const { folder, begin, isTold, failures } = watching("sql");
  const [sql, other] = [join(folder, "sql"), join(folder, "other")];
  for (const each of [sql, other]) mkdirSync(each);
  begin();
  expect(await isTold(() => rmSync(sql, { recursive: true }))).toBe(true);
  expect(await isTold(() => renameSync(other, sql))).toBe(true);
  expect(await isTold(() => writeFileSync(join(sql, "a.sql"), "1"))).toBe(true);
  expect(failures).toEqual([]);
});
