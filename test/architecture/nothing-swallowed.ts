/** Nothing is swallowed and nothing is shouted: catches act or explain, and src/ logs instead of printing. */
import type { CodeFile, NodeOf } from "./code-file.ts";
import type { Violation } from "./law.ts";
import { isTest, type SourceTree } from "./source-tree.ts";

export function nothingSwallowed(tree: SourceTree): Violation[] {
  return tree.code.flatMap((file) => [...emptyCatches(file), ...(mayPrint(file.path) ? [] : printing(file))]);
}

/** Only the command line talks to a terminal. */
function mayPrint(path: string): boolean {
  return !path.startsWith("src/") || path.startsWith("src/cli/") || isTest(path);
}

function printing(file: CodeFile): Violation[] {
  return file
    .nodes("MemberExpression")
    .filter(({ node: { object } }) => object.type === "Identifier" && object.name === "console")
    .map(({ node }) => ({
      file: file.path,
      line: file.lineAt(node.start),
      what: "prints to the console",
      instead: "Use the logger that is passed in; only src/cli/ prints.",
    }));
}

function emptyCatches(file: CodeFile): Violation[] {
  const clauses = file.nodes("CatchClause").map(({ node }) => node.body);
  const handlers = file.nodes("CallExpression").flatMap(({ node }) => catchHandler(node));
  return [...clauses, ...handlers]
    .filter((block) => block.body.length === 0 && !explained(file, block))
    .map((block) => ({
      file: file.path,
      line: file.lineAt(block.start),
      what: "an error is caught and nothing is done with it",
      instead: "Handle it, throw it on with its `cause`, or say in a comment sentence why it may be lost.",
    }));
}

/** The block of `….catch(() => { … })`. */
function catchHandler({ callee, arguments: given }: NodeOf<"CallExpression">): NodeOf<"BlockStatement">[] {
  const [handler] = given;
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return [];
  if (callee.property.name !== "catch" || handler?.type !== "ArrowFunctionExpression") return [];
  return handler.body.type === "BlockStatement" ? [handler.body as NodeOf<"BlockStatement">] : [];
}

/** A sentence of three words at least: "ignore" explains nothing. */
function explained(file: CodeFile, { start, end }: { start: number; end: number }): boolean {
  const inside = file.comments.filter((comment) => comment.start >= start && comment.end <= end);
  const words = inside.flatMap(({ value }) => value.match(/[\p{L}\p{N}]+/gu) ?? []);
  return words.length >= 3;
}
