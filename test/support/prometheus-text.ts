/**
 * A reader of Prometheus' text format, written from its description: it takes nothing that a scraper would
 * refuse or misread.
 */
import { expect } from "vitest";

export interface ReadFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** By name and labels as they stand; label values as what they say. */
  readonly samples: readonly { readonly name: string; readonly labels: Labels; readonly value: number }[];
}

export type Labels = Readonly<Record<string, string>>;

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export function readPrometheusText(text: string): ReadonlyMap<string, ReadFamily> {
  expect(text.endsWith("\n"), "the last line ends").toBe(true);
  const families = new Map<string, ReadFamily & { samples: ReadFamily["samples"][number][] }>();
  const seen = new Set<string>();
  let current: (ReadFamily & { samples: ReadFamily["samples"][number][] }) | undefined;
  for (const line of text.slice(0, -1).split("\n")) {
    const head = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (head?.[1] === "HELP") {
      expect(families.has(head[2]!), `${head[2]} comes once`).toBe(false);
      expect(head[2]).toMatch(metricName);
      current = { name: head[2]!, type: "", help: unescaped(head[3]!, "help"), samples: [] };
      families.set(current.name, current);
      continue;
    }
    if (head?.[1] === "TYPE") {
      expect([current?.name, current?.type]).toEqual([head[2], ""]);
      expect(["counter", "gauge", "histogram"]).toContain(head[3]);
      current = { ...current!, type: head[3]! };
      families.set(current.name, current);
      continue;
    }
    const sample = readSample(line);
    const isOwn =
      current?.type === "histogram"
        ? ["_bucket", "_sum", "_count"].some((ending) => sample.name === current!.name + ending)
        : sample.name === current?.name;
    expect(isOwn, `${line} stands in its family`).toBe(true);
    const identity = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
    expect(seen.has(identity), `${line} comes once`).toBe(false);
    seen.add(identity);
    current!.samples.push(sample);
  }
  for (const family of families.values()) judge(family);
  return families;
}

function judge({ name, type, samples }: ReadFamily): void {
  expect(name.endsWith("_total"), `${name} is a ${type}`).toBe(type === "counter");
  if (type === "counter") for (const { value } of samples) expect(value, name).toBeGreaterThanOrEqual(0);
  if (type !== "histogram") return;
  const buckets = samples.filter((sample) => sample.name.endsWith("_bucket"));
  const bounds = buckets.map(({ labels }) => numberOf(labels.le!));
  const counts = buckets.map(({ value }) => value);
  expect(bounds).toEqual(bounds.toSorted((one, other) => one - other));
  expect(counts).toEqual(counts.toSorted((one, other) => one - other));
  expect(bounds.at(-1)).toBe(Number.POSITIVE_INFINITY);
  expect(samples.find((sample) => sample.name === `${name}_count`)?.value).toBe(counts.at(-1));
}

/** A character at a time: a label's value may hold anything. */
function readSample(line: string): ReadFamily["samples"][number] {
  const name = /^[^{ ]+/.exec(line)?.[0] ?? "";
  expect(name, line).toMatch(metricName);
  const labels: Record<string, string> = {};
  let at = name.length;
  if (line[at] === "{") {
    at++;
    while (line[at] !== "}") {
      const label = /^[^=]*/.exec(line.slice(at))![0];
      expect(label, line).toMatch(labelName);
      expect(labels, line).not.toHaveProperty(label);
      at += label.length;
      expect(line.slice(at, at + 2), line).toBe('="');
      at += 2;
      let value = "";
      for (; line[at] !== '"'; at++) {
        expect(at, `${line} ends within a label`).toBeLessThan(line.length);
        value += line[at];
        if (line[at] === "\\") value += line[++at];
      }
      labels[label] = unescaped(value, "label");
      at++;
      if (line[at] === ",") at++;
      else expect(line[at], line).toBe("}");
    }
    at++;
  }
  const value = /^ (\S+)$/.exec(line.slice(at))?.[1];
  expect(value, line).toBeDefined();
  return { name, labels, value: numberOf(value!) };
}

function numberOf(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  if (text === "-Inf") return Number.NEGATIVE_INFINITY;
  if (text === "NaN") return Number.NaN;
  expect(text).toMatch(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/);
  return Number(text);
}

function unescaped(text: string, of: "help" | "label"): string {
  return text.replace(/\\(.?)/g, (written, which: string) => {
    if (which === "\\") return "\\";
    if (which === "n") return "\n";
    expect([of, which], `${written} in ${text}`).toEqual(["label", '"']);
    return '"';
  });
}

/** The only sample with these labels; 0 where there is none. */
export function sampleOf(families: ReadonlyMap<string, ReadFamily>, name: string, labels: Labels): number {
  const entries = Object.entries(labels);
  const found = families
    .get(name)!
    .samples.filter((sample) => entries.every(([label, value]) => sample.labels[label] === value));
  expect(found.length, name).toBeLessThanOrEqual(1);
  return found[0]?.value ?? 0;
}
