/** All laws of the house, in the order of a first reading. Each has a file here and a folder of fixtures. */
import { comments } from "./comments.ts";
import { cycles } from "./cycles.ts";
import { deadExports } from "./dead-exports.ts";
import { deadFiles } from "./dead-files.ts";
import { docLinks } from "./doc-links.ts";
import { everyTestRuns } from "./every-test-runs.ts";
import type { LengthExemption } from "./exemptions.ts";
import { fileNames } from "./file-names.ts";
import { importDirection } from "./import-direction.ts";
import { language } from "./language.ts";
import type { Law } from "./law.ts";
import { lengths } from "./lengths.ts";
import { machinePaths } from "./machine-paths.ts";
import { nothingSwallowed } from "./nothing-swallowed.ts";
import { packages } from "./packages.ts";
import { packsAreData } from "./packs-are-data.ts";
import { sourceGuide } from "./source-guide.ts";

export function lawsWith(exemptions: readonly LengthExemption[]): readonly Law[] {
  return [
    { name: "import-direction", says: "imports go down the layers of the house", check: importDirection },
    {
      name: "packages",
      says: "each package has its rooms, and pure rooms touch nothing outside",
      check: packages,
    },
    { name: "cycles", says: "no file waits for itself", check: cycles },
    { name: "dead-files", says: "every source file is reached from an entry point", check: deadFiles },
    { name: "dead-exports", says: "every exported value is imported somewhere", check: deadExports },
    { name: "doc-links", says: "every link in a document leads somewhere", check: docLinks },
    {
      name: "source-guide",
      says: "src/README.md walks through every room, and only real ones",
      check: sourceGuide,
    },
    {
      name: "lengths",
      says: "files, functions and lines fit in a head",
      check: (tree) => lengths(tree, exemptions),
    },
    { name: "language", says: "TypeScript is erasable, typed, named and spelled out", check: language },
    { name: "file-names", says: "files are kebab-case and named after what they hold", check: fileNames },
    { name: "every-test-runs", says: "no test is switched off in silence", check: everyTestRuns },
    { name: "comments", says: "comments are sentences, not old code or orphaned plans", check: comments },
    {
      name: "nothing-swallowed",
      says: "no error is swallowed, and only cli/ prints",
      check: nothingSwallowed,
    },
    { name: "machine-paths", says: "nothing knows the machine it was written on", check: machinePaths },
    { name: "packs-are-data", says: "packs hold no code", check: packsAreData },
  ];
}
