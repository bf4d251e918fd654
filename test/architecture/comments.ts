/** Comments are sentences: no code that was switched off, and no plan without an owner and a condition. */
import { type Comment, parseSync, type Statement } from "oxc-parser";
import type { CodeFile } from "./code-file.ts";
import type { Violation } from "./law.ts";
import { isGenerated, type SourceTree } from "./source-tree.ts";

const MARKER = /\b(?:TODO|FIXME|HACK|XXX)\b/;
/** The one form that is allowed, such as `TODO(mia): drop this once Flink 1.20 is gone`. */
const OWNED = /\bTODO\([\w @.-]+\): .*\b(?:when|once|after|until|if)\b/;
const OTHER_COMMENT = /(?:^|\s)(?:--|#|\/\*|<!--)\s.*/;

export function comments(tree: SourceTree): Violation[] {
  const inCode = tree.code
    .filter(({ path, text }) => !isGenerated(path, text))
    .flatMap((file) => [...orphanedTodos(file), ...commentedOutCode(file)]);
  const elsewhere = [...tree.texts].filter(([path]) => /\.(?:sql|ya?ml|css|sh|html|slt)$/.test(path));
  return [...inCode, ...elsewhere.flatMap(([path, text]) => todosIn(path, text))];
}

function orphanedTodos(file: CodeFile): Violation[] {
  return file.comments.flatMap((comment) =>
    comment.value
      .split("\n")
      .flatMap((text, index) => orphaned(file.path, file.lineAt(comment.start) + index, text)),
  );
}

function todosIn(path: string, text: string): Violation[] {
  return text
    .split("\n")
    .flatMap((line, index) => orphaned(path, index + 1, OTHER_COMMENT.exec(line)?.[0] ?? ""));
}

function orphaned(file: string, line: number, comment: string): Violation[] {
  const marker = MARKER.exec(comment)?.[0];
  if (marker === undefined || OWNED.test(comment)) return [];
  return [
    {
      file,
      line,
      what: `a ${marker} without owner and condition`,
      instead: "Do it now, or write `TODO(name): what, once …` so that somebody knows when it is due.",
    },
  ];
}

/** The first line of each run of comments that reads as code. Manuals (two stars) may show examples. */
function commentedOutCode(file: CodeFile): Violation[] {
  let lineBefore = Number.NaN;
  return file.comments.flatMap((comment) => {
    const first = file.lineAt(comment.start);
    const found = codeLine(comment);
    if (found === undefined) return [];
    const line = first + found;
    const goesOn = line === lineBefore + 1;
    lineBefore = line;
    if (goesOn) return [];
    return [
      {
        file: file.path,
        line,
        what: "commented-out code",
        instead:
          "Delete it: git remembers. An example belongs into a `/** … */` manual or is indented by four.",
      },
    ];
  });
}

function codeLine({ type, value }: Comment): number | undefined {
  if (type === "Block" && value.startsWith("*")) return undefined;
  const found = value
    .split("\n")
    .findIndex((line) => !/^\s{4}/.test(type === "Line" ? line : "") && isCode(line.trim()));
  return found === -1 ? undefined : found;
}

/** Ends like a statement, parses like one, and is not just a word that happens to. */
function isCode(text: string): boolean {
  if (!/[;}]$/.test(text) || text.includes("`")) return false;
  const parsed = parseSync(
    "comment.ts",
    /^(?:import|export)\b/.test(text) ? text : `async () => {\n${text}\n}`,
  );
  if (parsed.errors.length > 0) return false;
  const [outer] = parsed.program.body;
  if (outer?.type !== "ExpressionStatement") return outer !== undefined;
  const arrow = outer.expression;
  const inner = arrow.type === "ArrowFunctionExpression" && "body" in arrow.body ? arrow.body.body : [];
  return (inner as readonly Statement[]).some(saysSomething);
}

function saysSomething(statement: Statement): boolean {
  if (statement.type === "BlockStatement") return statement.body.some(saysSomething);
  if (statement.type === "EmptyStatement" || statement.type === "LabeledStatement") return false;
  if (statement.type !== "ExpressionStatement") return true;
  return /^(?:CallExpression|AssignmentExpression|AwaitExpression|UpdateExpression|NewExpression)$/.test(
    statement.expression.type,
  );
}
