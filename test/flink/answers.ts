/**
 * Flink's answers as text, so that they can be read, compared, and replayed without Java. Blocks are divided
 * by `====`; each has the id of the question, the statement, `----`, and what Flink said:
 *
 *   columns: window_start TIMESTAMP(3) NOT NULL | n BIGINT NOT NULL
 *   +I | 2026-03-01 12:00:00.000 | 2
 *
 * or `refused: <why>`, or `accepted` where a statement was planned and not run.
 */

export interface FlinkAnswer {
  readonly columns?: readonly (readonly [name: string, type: string])[] | undefined;
  /** Each row's kind, then its cells. */
  readonly rows?: readonly (readonly (string | null)[])[] | undefined;
  readonly error?: string | undefined;
}

/** An answer as its lines. */
export interface WrittenAnswer {
  readonly id: string;
  readonly sql: string;
  readonly lines: readonly string[];
}

const blockEnd = "\n====\n";
const answerBegins = "\n----\n";

export function linesOf({ columns, rows, error }: FlinkAnswer): string[] {
  if (error !== undefined) return [`refused: ${error}`];
  if (columns === undefined || rows === undefined) return ["accepted"];
  const head = columns.map(([name, type]) => `${name} ${type}`).join(" | ");
  return [`columns: ${head}`, ...rows.map((cells) => cells.map(shownCell).join(" | "))];
}

export function shownCell(text: string | null): string {
  if (text === null) return "NULL";
  return text === "" ? "(empty)" : text.replaceAll("\n", "\\n");
}

export function writeAnswers(answers: readonly WrittenAnswer[]): string {
  const blocks = answers.map(({ id, sql, lines }) => `# ${id}\n${sql}${answerBegins}${lines.join("\n")}`);
  return `${blocks.join(blockEnd)}\n`;
}

export function readAnswers(text: string): WrittenAnswer[] {
  return text
    .trimEnd()
    .split(blockEnd)
    .map((block) => {
      const at = block.indexOf(answerBegins);
      const [head, ...sql] = block.slice(0, at).split("\n");
      const lines = block.slice(at + answerBegins.length).split("\n");
      return { id: head!.slice(2), sql: sql.join("\n"), lines };
    });
}
