/** The page of metrics: its table is what a server tells, and it speaks of no others. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ReadFamily, readPrometheusText } from "../support/prometheus-text.ts";
import { order, testServer } from "../support/test-server.ts";

const page = join(import.meta.dirname, "..", "..", "docs", "reference", "metrics.md");
const head = "| metric | type | labels | what it says |\n|---|---|---|---|\n";

/** Where everything has happened once: each family has a sample then, and shows its labels. */
async function scrapeAll(): Promise<readonly ReadFamily[]> {
  const server = await testServer({ checkpointMs: 20, history: { everyMs: 20 } });
  await server.engine.send("orders", [order(1, 1), order(2, 30)]);
  for (;;) {
    const answer = await fetch(`${server.url}/metrics`);
    const families = [...readPrometheusText(await answer.text()).values()];
    if (families.every(({ samples }) => samples.length > 0)) return families;
  }
}

function rowOf({ name, type, help, samples }: ReadFamily): string {
  const labels = [...new Set(samples.flatMap((sample) => Object.keys(sample.labels)))];
  const shown = labels.map((label) => `\`${label}\``).join(", ");
  return `| \`${name}\` | ${type} | ${shown} | ${help.replaceAll("|", "\\|").replaceAll("<", "&lt;")} |\n`;
}

test("the page lists every metric with its type, its labels and what it says", async () => {
  const table = head + (await scrapeAll()).map(rowOf).join("");
  const text = readFileSync(page, "utf8");
  const written = text.slice(text.indexOf(head));
  if (process.env.UPDATE === "1") writeFileSync(page, text.replace(written, table));
  else expect(written).toBe(table);
  const named = [...text.slice(0, text.indexOf(head)).matchAll(/\b(?:quickwater|nodejs|process)_\w+/g)];
  expect(named.length).toBeGreaterThan(5);
  for (const [name] of named) expect(table).toContain(`| \`${name}\` |`);
});
