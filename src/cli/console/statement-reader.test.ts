import { expect, test } from "vitest";
import { StatementReader } from "./statement-reader.ts";

function read(...lines: string[]): { statements: string[]; rest: string | undefined } {
  const reader = new StatementReader();
  return { statements: lines.flatMap((line) => reader.add(line)), rest: reader.end() };
}

test("a semicolon ends a statement, of one line or several", () => {
  expect(read("SELECT 1; SELECT", "  2", ";", ";;")).toEqual({
    statements: ["SELECT 1", "SELECT\n  2"],
    rest: undefined,
  });
  expect(read("SELECT 1").rest).toBe("SELECT 1");
});

test.each([
  ["SELECT 'a;b'", "SELECT 'a;b'"],
  ["SELECT 'it''s;'", "SELECT 'it''s;'"],
  ["SELECT `a;b`", "SELECT `a;b`"],
  ["SELECT 1 /* ; ' */", "SELECT 1 /* ; ' */"],
  ["SELECT 1 - 1 / 2 * 3", "SELECT 1 - 1 / 2 * 3"],
])("%s;", (statement, read1) => {
  expect(read(`${statement};`).statements).toEqual([read1]);
});

test("a comment runs to the end of its line, one in brackets over lines", () => {
  expect(read("SELECT 1 -- one; it's", "+ 2;").statements).toEqual(["SELECT 1 -- one; it's\n+ 2"]);
  expect(read("/* a", "; b */ SELECT 1;").statements).toEqual(["/* a\n; b */ SELECT 1"]);
  expect(read("-- nothing").rest).toBe(undefined);
});

test("what was begun can be forgotten", () => {
  const reader = new StatementReader();
  reader.add("SELECT 'open");
  expect(reader.isOpen).toBe(true);
  reader.clear();
  expect(reader.isOpen).toBe(false);
  expect(reader.add("SELECT 1;")).toEqual(["SELECT 1"]);
});
