/** Mistakes in `endpoints/*.yaml`: each is named by its file and line, what is in SQL with a caret. */
import { expect, test } from "vitest";
import { checkProject } from "../../src/cli/checked-project.ts";
import { ownAddresses } from "../../src/project/endpoint-file.ts";
import { endpointProject, projectServer } from "../support/endpoint-server.ts";

const head = "path: /x\nsummary: X\n";
const sql = "sql: SELECT k FROM sales\n";
const parameter = (text: string) => `${head}${sql}parameters: { p: { ${text} } }\n`;
const at = (path: string) => `path: ${path}\nsummary: X\n${sql}parameters: { p: { type: string } }\n`;

/** What is written, and what is said of it behind the file's name. */
const mistakes: readonly (readonly [string, string])[] = [
  ["sumary: X\n", ":1: there is no setting sumary"],
  ["path: /x\nsql: SELECT 1\n", ":1: summary must be a text, this is missing"],
  [`summary: X\n${sql}`, ":1: path must be a text"],
  [head, ":1: sql must be a text"],
  ["path: x\nsummary: X\nsql: SELECT 1\n", ":1: path must be an address such as"],
  [at("/x y"), ":1: path must be an address such as"],
  [at("/x/"), ":1: path must be an address such as"],
  [at("/x.json"), ":1: path must be an address such as"],
  [at("/{p}"), "an address whose beginning is written out"],
  [at("/v1/x"), "an address that does not begin with /v1"],
  [at("/health"), "an address that does not begin with /health"],
  [at("/x/{q}"), "a parameter q under parameters"],
  [at("/x/{p}/{p}"), "{p} once"],
  [at("/x/{p}").replace("string", "string, default: a"), "p without a default"],
  [`${head}${sql}answer: all\n`, ":4: answer must be list, first or export"],
  [`${head}${sql}none: {}\n`, ":4: none must be nothing"],
  [`${head}${sql}answer: first\npaging: { max: 9 }\n`, ":5: paging must be nothing"],
  [`${head}${sql}paging: { limit: 9, max: 8 }\n`, "paging.limit must be a number from 1 to 8"],
  [`${head}${sql}cache-seconds: -1\n`, "cache-seconds must be a number from 0"],
  [`${head}${sql}parameters: { limit: { type: integer } }\n`, "a name that no answer has by itself"],
  [`${head}${sql}parameters: { a-b: { type: integer } }\n`, "a name of letters, digits and _"],
  [parameter("type: int"), ":4: parameters.p.type must be one of string, integer"],
  [parameter("type: integer, default: x"), "parameters.p.default must be a value of integer"],
  [parameter("type: integer, default: 9, max: 8"), "a value that the parameter may have"],
  [parameter("type: integer, min: 9, max: 8"), "no less than min"],
  [parameter("type: string, min: a"), "parameters.p.min must be nothing"],
  [parameter("type: integer, length-max: 9"), "parameters.p.length-max must be nothing"],
  [parameter("type: date, default: 2026-02-30"), "a value of date"],
  [`${head}sql: SELECT * FROM\n`, ".yaml:3:19: Expected a table"],
  [`${head}sql: |\n  SELECT k\n  FROM sale\n`, ".yaml:5:8: There is no table sale. Did you mean sales?"],
  [`${head}sql: "SELECT wrong FROM sales"\n`, ".yaml:3:14: "],
  [`${head}sql: SELECT k FROM sales WHERE k = :q\n`, ".yaml:3:36: There is no parameter q"],
  [`${head}sql: SELECT k FROM sales WHERE k = :1\n`, "Expected the name of a parameter"],
  [`${head}sql: SHOW TABLES\n`, "sql must be a query"],
  [`${head}sql: INSERT INTO orders SELECT * FROM orders\n`, "request.read-only"],
  [`${head}sql: SELECT 1 AS a; SELECT 2 AS b\n`, "request.several-statements"],
  [`${head}sql: SELECT k, n AS k FROM sales\n`, "k twice"],
];

test.each(mistakes)("%j", (text, told) => {
  const folder = endpointProject({ wrong: text });
  let found: readonly string[];
  try {
    found = checkProject(folder).mistakes;
  } catch (error) {
    found = [(error as Error).message];
  }
  expect(found.join("\n")).toContain("wrong.yaml");
  expect(found.join("\n")).toContain(told);
});

test("A caret stands under what is wrong in the file", () => {
  const text = `${head}sql: |\n  SELECT k\n  FROM sales\n  WHERE amount = 1\n`;
  const [told = ""] = checkProject(endpointProject({ wrong: text })).mistakes;
  expect(told.split("\n").slice(1, 3)).toEqual(["  6 |   WHERE amount = 1", "    |         ^^^^^^"]);
});

test("Of two at one address the other one is named", () => {
  const one = at("/x/{p}");
  const two = `${head}${sql}parameters: { q: { type: string } }\n`.replace("/x", "/x/{q}");
  const { mistakes: found } = checkProject(endpointProject({ one, two }));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/two\.yaml:1: path must be an address that .*one\.yaml does not have/);
});

test("All addresses of the server itself are kept from endpoints", async () => {
  const server = await projectServer(endpointProject({}));
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: object };
  const begins = Object.keys(paths).map((path) => path.split("/")[1]!);
  expect(ownAddresses).toEqual(expect.arrayContaining([...new Set(begins), "docs", "assets"]));
});
