/** Statements from a person or a pipe, one after another, each answered before the next is asked for. */
import { createInterface, type Interface } from "node:readline";
import { StatementReader } from "./statement-reader.ts";

export interface PromptOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** A person sees a prompt, has lines of before, and goes on after a mistake. */
  readonly isTerminal: boolean;
  /** Names that Tab completes. */
  readonly names: readonly string[];
  /** Runs a statement; answers its exit code. */
  readonly run: (statement: string) => Promise<number>;
  readonly print: (text: string) => void;
}

const help = `A statement ends with a semicolon and may have several lines.

  SHOW VIEWS;              the views
  DESCRIBE name;           the columns of one
  SELECT … FROM name …;    a query over views; \`$final\` says whether a row is
  EXPLAIN SELECT …;        what a query does
  help, clear, exit        this text, forgets an unfinished statement, leaves (Ctrl-D too)
`;

const words: readonly string[] = [
  ...["SELECT", "FROM", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "JOIN", "EXPLAIN", "DESCRIBE"],
  ...["SHOW TABLES", "SHOW VIEWS", "help", "exit"],
];

/** Answers the exit code: from a pipe that of the first mistake, which ends it. */
export async function prompt(options: PromptOptions): Promise<number> {
  const { input, output, isTerminal, names, run } = options;
  const reader = new StatementReader();
  const lines = createInterface({
    input,
    ...(isTerminal ? { output, completer: (line: string) => completions(line, names) } : {}),
    terminal: isTerminal,
    historySize: 1000,
  });
  if (isTerminal) onInterrupt(lines, reader);
  const ask = () => {
    if (!isTerminal) return;
    lines.setPrompt(reader.isOpen ? "          … " : "quickwater> ");
    lines.prompt();
  };
  ask();
  for await (const line of lines) {
    const word = reader.isOpen ? "" : line.trim().replace(/;$/, "").toLowerCase();
    if (word === "exit" || word === "quit") break;
    if (word === "help") options.print(help);
    else if (line.trim() === "clear") reader.clear();
    else {
      for (const statement of reader.add(line)) {
        const code = await run(statement);
        if (code !== 0 && !isTerminal) return code;
      }
    }
    ask();
  }
  lines.close();
  const rest = isTerminal ? undefined : reader.end();
  return rest === undefined ? 0 : await run(rest);
}

/** Ctrl-C forgets what was typed; with nothing typed it leaves. */
function onInterrupt(lines: Interface, reader: StatementReader): void {
  lines.on("SIGINT", () => {
    if (!reader.isOpen && lines.line === "") return lines.close();
    reader.clear();
    lines.write(null, { ctrl: true, name: "u" });
    lines.setPrompt("quickwater> ");
    lines.prompt();
  });
}

export function completions(line: string, names: readonly string[]): [string[], string] {
  const [begun = ""] = /[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(line) ?? [];
  const known = [...names, ...words].filter((name) => name.toLowerCase().startsWith(begun.toLowerCase()));
  return [begun === "" ? [] : [...new Set(known)], begun];
}
