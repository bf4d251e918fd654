/** No test is switched off in silence: no `.only`, `.skip`, `.todo`, `xit`; a skip goes through `skipIf`. */
import type { Expression } from "oxc-parser";
import type { CodeFile } from "./code-file.ts";
import type { Violation } from "./law.ts";
import { isTest, type SourceTree } from "./source-tree.ts";

const RUNNERS = new Set(["it", "test", "describe", "suite", "bench"]);
const SWITCHES = new Set(["only", "skip", "todo"]);
const SWITCHED_OFF = new Set(["xit", "xtest", "xdescribe", "fit", "fdescribe"]);

export function everyTestRuns(tree: SourceTree): Violation[] {
  return tree.code.filter(({ path }) => isTest(path)).flatMap(switches);
}

function switches(file: CodeFile): Violation[] {
  const members = file.nodes("MemberExpression").flatMap(({ node }) => {
    const name = node.property.type === "Identifier" ? node.property.name : "";
    const runner = SWITCHES.has(name) ? runnerOf(node.object) : undefined;
    return runner === undefined ? [] : [{ node, spelled: `${runner}.${name}` }];
  });
  const calls = file.nodes("CallExpression").flatMap(({ node }) => {
    const { callee } = node;
    const off = callee.type === "Identifier" && SWITCHED_OFF.has(callee.name);
    return off ? [{ node, spelled: callee.name }] : [];
  });
  return [...members, ...calls].map(({ node, spelled }) => ({
    file: file.path,
    line: file.lineAt(node.start),
    what: `\`${spelled}\` keeps tests from running`,
    instead: "Remove it. Where something outside is missing: `skipIf(condition)`, and print the reason.",
  }));
}

/** `it` in `it`, `it.concurrent`, `it.each(…)`. */
function runnerOf(expression: Expression): string | undefined {
  let at = expression;
  while (at.type === "MemberExpression" || at.type === "CallExpression") {
    at = at.type === "MemberExpression" ? at.object : (at.callee as Expression);
  }
  return at.type === "Identifier" && RUNNERS.has(at.name) ? at.name : undefined;
}
