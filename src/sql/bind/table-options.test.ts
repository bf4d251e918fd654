import { expect, test } from "vitest";
import { Catalog } from "../../catalog/catalog.ts";
import { analyzeScript } from "../analyze.ts";

function errorsOf(options: string, key = ""): readonly string[] {
  const table = `CREATE TABLE t (a INT NOT NULL, b STRING${key}) WITH (${options})`;
  return analyzeScript(table, new Catalog()).errors.map(
    ({ message, position }) => `${position?.column}: ${message}`,
  );
}

test("a stream may say how long and how much of its rows it keeps", () => {
  for (const options of ["'retention' = '7 d'", "'retention-size' = '10 GB'"]) {
    expect(errorsOf(options)).toEqual([]);
  }
  expect(errorsOf("'retention' = '90 min', 'retention-size' = '500 KB'")).toEqual([]);
});

test("what is no duration or no size is refused at its place", () => {
  const expected = "must be a duration such as '5 s' or '24 h', this is";
  for (const value of ["long", "0 s", "-1 d", "5"]) {
    expect(errorsOf(`'retention' = '${value}'`)).toEqual([
      `63: The option 'retention' ${expected} '${value}'.`,
    ]);
  }
  for (const value of ["5", "5 mb", "half", "5 GB or so", "1.5 GB"]) {
    expect(errorsOf(`'retention-size' = '${value}'`)).toEqual([
      `68: The option 'retention-size' must be a size such as '500 MB' or '10 GB', this is '${value}'.`,
    ]);
  }
});

test("a stream may say how many days history keeps of it", () => {
  for (const value of ["90 d", "24 h", "none", "forever"]) {
    expect(errorsOf(`'history' = '${value}'`)).toEqual([]);
  }
  const expected = "must be 'none', 'forever' or at least a day, such as '90 d', this is";
  for (const value of ["23 h", "long", "never", "", "90"]) {
    expect(errorsOf(`'history' = '${value}'`)).toEqual([`61: The option 'history' ${expected} '${value}'.`]);
  }
});

test("of a table with a PRIMARY KEY rows go that were replaced: by age, and not by size", () => {
  const key = ", PRIMARY KEY (a) NOT ENFORCED";
  expect(errorsOf("'retention' = '7 d'", key)).toEqual([]);
  expect(errorsOf("'retention-size' = '7 GB'", key)[0]).toContain(
    "The option 'retention-size' of a table with PRIMARY KEY is not supported yet.",
  );
});

test("columns that tell rows apart, and columns of numbers, are named one by one", () => {
  expect(errorsOf("'dedup-key' = 'b, a', 'not-negative' = 'a'")).toEqual([]);
  const nested = ", c ROW<d INT, e STRING>, f ARRAY<ROW<g DECIMAL(4, 2)>>, `h, i` INT, j ARRAY<INT>";
  expect(errorsOf("'not-negative' = 'a, c.d,f.g'", nested)).toEqual([]);
  expect(errorsOf("'not-negative' = 'h, i'", nested)).toEqual([]);
  for (const wrong of ["b", "c", "c.e", "f", "j", "g", ""]) {
    expect(errorsOf(`'not-negative' = 'a, ${wrong}'`, nested)[0]).toContain(
      `The option 'not-negative' must be columns of numbers with commas between them, this is '${wrong}'.`,
    );
  }
  expect(errorsOf("'dedup-key' = 'a, bb'")[0]).toContain("this is 'bb'.");
});
