import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { catalogue } from "../../src/errors/catalogue.ts";

const page = join(import.meta.dirname, "..", "..", "docs", "reference", "errors.md");

function generated(): string {
  const lines = [
    "# Errors",
    "",
    "Every error that Quickwater gives, by its code. Generated from `src/errors/catalogue.ts`: run",
    "`UPDATE=1 npm test -- test/docs/errors-page.test.ts` after a change there.",
  ];
  let area = "";
  for (const [code, { status, template, hint }] of Object.entries(catalogue)) {
    const [next = ""] = code.split(".");
    if (next !== area) {
      area = next;
      lines.push(
        "",
        `## ${titles[area] ?? area}`,
        "",
        "| code | status | says | what to do |",
        "|---|---|---|---|",
      );
    }
    lines.push(`| \`${code}\` | ${status} | ${cell(template)} | ${cell(hint)} |`);
  }
  return `${lines.join("\n")}\n`;
}

const titles: Readonly<Record<string, string>> = {
  row: "Rows",
  request: "Requests",
  live: "The live socket",
  run: "Commands and the server",
  sql: "SQL",
};

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");
}

test("the page of errors says what the catalogue says", () => {
  if (process.env.UPDATE === "1") writeFileSync(page, generated());
  expect(readFileSync(page, "utf8")).toBe(generated());
});
