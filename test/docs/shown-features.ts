/**
 * Which file shows which feature. Ids are a letter and a number (C12, X2). They are named by scenarios
 * (`features: [C12]`), by the first lines of twins (`-- features: C12, X2`), and by tests and groups of tests
 * whose names begin with them (`test("C9, C10: …")`).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** By id, in the order of the sections and of their numbers. */
export type ShownFeatures = ReadonlyMap<string, readonly string[]>;

const sections = "XCSEKRB";
const id = `[${sections}]\\d{1,3}`;
const wholeId = new RegExp(`^${id}$`);
const beginning = new RegExp(`\\(\\s*["'\`](${id}(?:, ?${id})*): `, "g");

export function isFeature(text: string): boolean {
  return wholeId.test(text);
}

/** `files` by their path from the root. */
export function shownFeatures(files: ReadonlyMap<string, string>): ShownFeatures {
  const shown = new Map<string, Set<string>>();
  for (const [path, text] of files)
    for (const feature of featuresIn(path, text))
      shown.set(feature, (shown.get(feature) ?? new Set<string>()).add(path));
  const ids = [...shown.keys()].sort((one, other) => rank(one) - rank(other));
  return new Map(ids.map((feature) => [feature, [...shown.get(feature)!].sort()]));
}

function featuresIn(path: string, text: string): readonly string[] {
  if (path.endsWith(".test.ts")) return [...text.matchAll(beginning)].flatMap(([, ids]) => listed(ids!));
  if (path.endsWith(".duckdb.sql")) {
    const head = /^(?:--.*\n)*/.exec(text)![0];
    return [...head.matchAll(/^-- features: (.*)$/gm)].flatMap(([, ids]) => listed(ids!)).filter(isFeature);
  }
  const { features } = (parse(text) ?? {}) as { readonly features?: unknown };
  return Array.isArray(features) ? features.filter((each) => typeof each === "string").filter(isFeature) : [];
}

function listed(ids: string): readonly string[] {
  return ids.split(",").map((each) => each.trim());
}

function rank(feature: string): number {
  return sections.indexOf(feature[0]!) * 1000 + Number(feature.slice(1));
}

/** All files that may name some. */
export function namingFiles(root: string): ReadonlyMap<string, string> {
  const under = (folder: string, fits: (path: string) => boolean) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
      .filter(fits);
  const isExpected = (path: string) => /\/expected\/[^/]+\.(ya?ml|duckdb\.sql)$/.test(path);
  const isTest = (path: string) => path.endsWith(".test.ts");
  const paths = [
    ...under("packs", isExpected),
    ...["src", "dashboard/src", "test"].flatMap((folder) => under(folder, isTest)),
  ];
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}
