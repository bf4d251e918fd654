/**
 * `npm run test:flink`: gives every statement of the SQL corpus to a real Flink and compares with the
 * recorded answers; `-- --record` writes them anew. Where there is no Java it says so and does nothing.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { linesOf, readAnswers, type WrittenAnswer, writeAnswers } from "./answers.ts";
import { askFlink, flinkFolder, type Judgement } from "./judge.ts";
import { differenceAtTheEnd, differenceOf } from "./our-answer.ts";
import { type AskedFile, answersFolder, askedFiles } from "./questions.ts";

const versionFile = join(answersFolder, "version.txt");

async function main(): Promise<number> {
  const flink = flinkFolder();
  if ("missing" in flink) {
    process.stderr.write(`${flink.missing}\n`);
    if (process.env.CI === "true") return 2;
    process.stdout.write("Skipped: Flink was not asked.\n");
    return 0;
  }
  const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  const files = askedFiles().filter(
    ({ answers }) => wanted.length === 0 || wanted.some((part) => answers.includes(part)),
  );
  const questions = files.flatMap(({ statements }) => statements.map(({ question }) => question));
  // A statement that is there twice is asked once.
  const distinct = [...new Map(questions.map((question) => [question.id, question])).values()];
  const judgement = await askFlink(flink.folder, distinct);
  return process.argv.includes("--record") ? record(files, judgement) : compare(files, judgement);
}

function given(file: AskedFile, { answers }: Judgement): WrittenAnswer[] {
  return file.statements.map(({ sql, question: { id } }) => ({ id, sql, lines: linesOf(answers.get(id)!) }));
}

function record(files: readonly AskedFile[], judgement: Judgement): number {
  for (const file of files) {
    const path = join(answersFolder, file.answers);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, writeAnswers(given(file, judgement)));
  }
  writeFileSync(versionFile, `${judgement.version}\n`);
  process.stdout.write(`Recorded the answers of Flink ${judgement.version}; read them before you commit.\n`);
  return 0;
}

function compare(files: readonly AskedFile[], judgement: Judgement): number {
  let passed = 0;
  let failed = 0;
  const recorded = existsSync(versionFile) ? readFileSync(versionFile, "utf8").trim() : "no version";
  if (recorded !== judgement.version) {
    process.stdout.write(`The answers are those of ${recorded}, this is Flink ${judgement.version}.\n`);
    failed++;
  }
  for (const file of files) {
    const path = join(answersFolder, file.answers);
    const before = new Map(
      existsSync(path) ? readAnswers(readFileSync(path, "utf8")).map((each) => [each.id, each]) : [],
    );
    for (const { id, sql, lines } of given(file, judgement)) {
      const expected = before.get(id)?.lines;
      if (expected !== undefined && meansTheSame(sql, expected, lines)) {
        passed++;
        continue;
      }
      failed++;
      const was = expected === undefined ? "nothing is recorded" : `recorded is\n${expected.join("\n")}`;
      process.stdout.write(`${file.answers}: ${sql}\nFlink says\n${lines.join("\n")}\n${was}\n\n`);
    }
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

/**
 * Flink reads several tables side by side: which of their rows come first, and so what is told on the way to
 * the same rows, is another matter each time.
 */
function meansTheSame(sql: string, recorded: readonly string[], now: readonly string[]): boolean {
  if (recorded.join("\n") === now.join("\n")) return true;
  if (differenceOf(sql, now, recorded) === undefined) return true;
  const isUpdated = [...recorded, ...now].some((line) => /^-[UD]/.test(line));
  return isUpdated && differenceAtTheEnd(now, recorded) === undefined;
}

process.exitCode = await main();
