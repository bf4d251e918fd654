/**
 * What Quickwater says to each statement of the corpus is what a real Flink said, column types included.
 * Flink's answers are recorded under flink-answers/ by `npm run test:flink -- --record`. Where we differ on
 * purpose, flink-answers/divergences.txt says why, and so does the reference; UPDATE=1 brings the reference
 * and the list of probes that do not run yet up to date.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isReserved, reservedWords } from "../../src/sql/parse/keywords.ts";
import { readAnswers } from "../flink/answers.ts";
import { keyOf, readDivergences, readNotYet } from "../flink/divergences.ts";
import { differenceAtTheEnd, differenceOf, ourAnswer } from "../flink/our-answer.ts";
import { type AskedStatement, answersFolder, askedFiles } from "../flink/questions.ts";

const isUpdate = process.env.UPDATE === "1";
const files = askedFiles();
const corpus = files.filter(({ kind }) => kind === "corpus" || kind === "refusals");
const scripts = files.filter(({ kind }) => kind === "scripts");
const probes = files.filter(({ kind }) => kind === "probes");
const { reasons, reasonOf } = readDivergences();
const notYet = readNotYet();

/** Flink's lines for each statement of a file; a statement that Flink was not asked fails its test. */
function recordedIn(answers: string): (statement: AskedStatement) => readonly string[] {
  const path = join(answersFolder, answers);
  const recorded = new Map(
    existsSync(path) ? readAnswers(readFileSync(path, "utf8")).map((each) => [each.id, each.lines]) : [],
  );
  return ({ question }) =>
    recorded.get(question.id) ?? expect.fail("record it with npm run test:flink -- --record");
}

/** A reason that says so is held to it. */
const staysTheSame = /\bon the way to the same rows\b/;

describe.each(corpus)("$answers", ({ answers, statements }) => {
  const flinksAnswer = recordedIn(answers);
  test.each(statements)("$sql", async (statement) => {
    const [ours, flinks] = [await ourAnswer(statement), flinksAnswer(statement)];
    const difference = differenceOf(statement.sql, ours, flinks);
    const reason = reasonOf.get(keyOf(answers, statement.sql));
    if (reason === undefined) expect(difference).toBe(undefined);
    else expect(difference, "it no longer diverges: take it out of divergences.txt").not.toBe(undefined);
    if (reason !== undefined && staysTheSame.test(reason))
      expect(differenceAtTheEnd(ours, flinks), "the rows are not the same").toBe(undefined);
  });
});

describe.each(probes)("$answers", ({ answers, statements }) => {
  const flinksAnswer = recordedIn(answers);
  const waiting: string[] = [];
  test.each(statements)("$sql", async (statement) => {
    const [ours, flinks] = [await ourAnswer(statement), flinksAnswer(statement)];
    const key = keyOf(answers, statement.sql);
    const doesNotRun = ours[0]!.startsWith("refused: ") && !flinks[0]!.startsWith("refused: ");
    if (doesNotRun) waiting.push(key);
    if (!isUpdate) expect(notYet.has(key), "probes/not-yet.txt is out of date: UPDATE=1").toBe(doesNotRun);
    if (doesNotRun || reasonOf.has(key)) return;
    expect(differenceOf(statement.sql, ours, flinks)).toBe(undefined);
  });

  afterAll(() => {
    if (!isUpdate) return;
    const others = [...readNotYet()].filter((key) => !key.startsWith(`${answers} ::`));
    const lines = ["# Flink's answers that wait for their operators.", ...[...others, ...waiting].sort()];
    writeFileSync(join(answersFolder, "probes/not-yet.txt"), `${lines.join("\n")}\n`);
  });
});

describe.each(scripts)("$answers", ({ answers, statements }) => {
  const flinksAnswer = recordedIn(answers);
  test.each(statements)("Flink's planner takes $sql", (statement) => {
    const refused = reasonOf.has(keyOf(answers, statement.sql));
    expect(flinksAnswer(statement)[0]).toMatch(refused ? /^refused/ : /^accepted$/);
  });
});

test("the reserved words are those of Flink", () => {
  const asked = files.find(({ kind }) => kind === "keywords")!;
  const [, ...lines] = recordedIn(asked.answers)(asked.statements[0]!);
  const reserved = lines.map((line) => line.replace("+I | ", ""));
  expect(reserved.length).toBeGreaterThan(400);
  expect(reservedWords.filter((word) => !reserved.includes(word))).toEqual([]);
  expect(reserved.filter((word) => !isReserved(word))).toEqual([]);
});

describe("divergences", () => {
  const asked = files.flatMap(({ answers, statements }) => statements.map(({ sql }) => keyOf(answers, sql)));
  test("are about statements that there are", () => {
    expect([...reasonOf.keys(), ...notYet].filter((key) => !asked.includes(key))).toEqual([]);
  });

  test("are in the reference", () => {
    const url = new URL("../../docs/reference/sql.md", import.meta.url);
    const text = readFileSync(url, "utf8");
    const [before, heading] = text.split(/(?<=^## Where Flink answers otherwise\n)/m);
    expect(heading).not.toBe(undefined);
    const [intro] = heading!.split("\n- ");
    const written = `${before}${intro!.trimEnd()}\n\n${reasons.map((reason) => `- ${reason}\n`).join("")}`;
    if (isUpdate) writeFileSync(url, written);
    else expect(text).toBe(written);
  });
});
