/**
 * A file of SQL tests as text. Blocks are parted by an empty line; a line that begins with # is a comment.
 *
 *   rows TABLE             the JSON lines below are the table's rows, beside those it has
 *   clock TIME             from here on rows are appended at that time
 *   statement ok           the SQL below is taken
 *   statement error CODE   the SQL below is refused, or fails when it runs, with this code
 *   query TYPES [rowsort] [late=N] [filtered=N] [unasked]
 *                          the SQL below up to ---- gives the rows below, in that order unless it says
 *                          `rowsort`; one letter a column: T text, I integer, R real or decimal, B boolean,
 *                          D date or time, P timestamp, X bytes, N a ROW, ARRAY or MAP
 *   changes TYPES          the same, each row with its kind before it: +I, -U, +U, -D
 *
 * Flink is not asked what is `unasked`: a clock of its own would answer.
 *
 * Cells are parted by ` | `; NULL is a NULL, an empty text is shown as (empty).
 */

export interface SltBlock {
  readonly kind: "rows" | "clock" | "ok" | "error" | "query" | "changes";
  /** The words behind the kind. */
  readonly words: readonly string[];
  /** SQL, or JSON lines. */
  readonly body: string;
  readonly expected: readonly string[];
  /** Of the block's first line, from 1. */
  readonly line: number;
}

export function readSlt(text: string): SltBlock[] {
  const blocks: SltBlock[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; ) {
    if (lines[at] === "" || lines[at]!.startsWith("#")) {
      at++;
      continue;
    }
    let end = at;
    while (end < lines.length && lines[end] !== "") end++;
    blocks.push(readBlock(lines.slice(at, end), at + 1));
    at = end;
  }
  return blocks;
}

function readBlock([head, ...rest]: string[], line: number): SltBlock {
  const [first, second, ...words] = head!.split(/\s+/);
  const divider = rest.indexOf("----");
  const isQuery = first === "query" || first === "changes";
  const body = (divider < 0 ? rest : rest.slice(0, divider)).join("\n");
  if (isQuery) {
    const expected = divider < 0 ? [] : rest.slice(divider + 1);
    return { kind: first, words: [second!, ...words], body, expected, line };
  }
  if (first === "clock") return { kind: "clock", words: [second!], body: "", expected: [], line };
  if (first === "rows") return { kind: "rows", words: [second!], body, expected: [], line };
  if (first === "statement" && second === "ok") return { kind: "ok", words, body, expected: [], line };
  if (first === "statement" && second === "error") return { kind: "error", words, body, expected: [], line };
  throw new Error(`line ${line}: ${JSON.stringify(head)} begins no block`);
}

/** The text with the rows of each query replaced. */
export function fillSlt(text: string, rowsAt: ReadonlyMap<number, readonly string[]>): string {
  const lines = text.split("\n");
  // From behind, so that the places before stay where they are.
  for (const [line, rows] of [...rowsAt].reverse()) {
    let end = line - 1;
    while (end < lines.length && lines[end] !== "") end++;
    const divider = lines.indexOf("----", line);
    const from = divider < 0 || divider >= end ? end : divider;
    lines.splice(from, end - from, "----", ...rows);
  }
  return lines.join("\n");
}
