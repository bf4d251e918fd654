import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";

interface Locked {
  readonly version: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * npm leaves out of the lock what the registry at hand does not have, such as the binaries for other systems,
 * and then refuses the lock it has written: `npm ci` fails in every fresh clone, while the machine of its
 * author goes on.
 */
test("package-lock.json names every optional package, so that `npm ci` accepts it on any machine", () => {
  const { packages } = JSON.parse(readFileSync(join(projectRoot, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isFoundFrom(path, name, packages)),
  );
  expect(missing).toEqual([]);
});

/** As Node looks a package up: in the node_modules of its user, then in those above. */
function isFoundFrom(path: string, name: string, packages: Readonly<Record<string, Locked>>): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (`${folder}/node_modules/${name}` in packages) return true;
    if (!folder.includes("/node_modules/")) return `node_modules/${name}` in packages;
  }
}
