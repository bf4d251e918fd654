/**
 * What fits in a head: files to 400 lines, functions to 70, lines to 110 columns; exceptions in
 * exemptions.ts.
 */
import type { CodeFile, NodeOf, Placed } from "./code-file.ts";
import type { LengthExemption } from "./exemptions.ts";
import type { Violation } from "./law.ts";
import { isGenerated, isTest, type SourceTree } from "./source-tree.ts";

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;
const LINE_COLUMNS_MAX = 110;

const EXEMPTIONS = "test/architecture/exemptions.ts";

/**
 * The frame of a test file: its callbacks hold tests, they are not functions that somebody has to
 * understand.
 */
const TEST_FRAME = new Set(["describe", "it", "test", "suite", "bench"]);

type FunctionNode = NodeOf<"FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression">;

interface TooLong extends Violation {
  readonly function?: string;
}

export function lengths(tree: SourceTree, exemptions: readonly LengthExemption[]): Violation[] {
  const files = tree.code.filter(({ path, text }) => !isGenerated(path, text));
  const tooLong = files.flatMap((file) => [...longFile(file), ...longFunctions(file)]);
  const excuses = (exemption: LengthExemption, { file, function: name }: TooLong): boolean =>
    exemption.file === file && exemption.function === name;
  return [
    ...tooLong.filter((place) => !exemptions.some((exemption) => excuses(exemption, place))),
    ...exemptions.filter((exemption) => !tooLong.some((place) => excuses(exemption, place))).map(needless),
    ...exemptions.filter(({ because }) => because.trim().split(/\s+/).length < 4).map(unreasoned),
    ...files.flatMap(longLines),
  ];
}

function longFile({ path, lines }: CodeFile): TooLong[] {
  if (lines.length <= FILE_LINES_MAX) return [];
  return [
    {
      file: path,
      line: FILE_LINES_MAX + 1,
      what: `the file has ${lines.length} lines, ${FILE_LINES_MAX} are allowed`,
      instead: `Find the second concept in it and give it a file. If it truly is one thing: ${EXEMPTIONS}.`,
    },
  ];
}

function longFunctions(file: CodeFile): TooLong[] {
  return file
    .nodes("FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression")
    .filter((placed) => !(isTest(file.path) && isTestFrame(placed)))
    .flatMap((placed) => {
      const line = file.lineAt(placed.node.start);
      const length = file.lineAt(placed.node.end) - line + 1;
      if (length <= FUNCTION_LINES_MAX) return [];
      const name = nameOf(placed);
      return [
        {
          file: file.path,
          line,
          function: name,
          what: `the function ${name} has ${length} lines, ${FUNCTION_LINES_MAX} are allowed`,
          instead: `Name its steps and make them functions below it. If it is one thing: ${EXEMPTIONS}.`,
        },
      ];
    });
}

function longLines({ path, lines }: CodeFile): Violation[] {
  return lines.flatMap((text, index) => {
    if (text.length <= LINE_COLUMNS_MAX || [...text].length <= LINE_COLUMNS_MAX) return [];
    if (/\bhttps?:\/\//.test(text)) return [];
    return [
      {
        file: path,
        line: index + 1,
        what: `the line has ${[...text].length} columns, ${LINE_COLUMNS_MAX} are allowed`,
        instead: "Run Biome (`biome check --write`); split long strings and comments by hand.",
      },
    ];
  });
}

function needless({ file, function: name }: LengthExemption): Violation {
  return {
    file: EXEMPTIONS,
    line: 1,
    what: `the exemption for ${name === undefined ? file : `${name} in ${file}`} is no longer needed`,
    instead: "Delete it.",
  };
}

function unreasoned({ file, function: name }: LengthExemption): Violation {
  return {
    file: EXEMPTIONS,
    line: 1,
    what: `the exemption for ${name === undefined ? file : `${name} in ${file}`} gives no reason`,
    instead: "Say in a sentence why splitting it would make it worse.",
  };
}

/** An argument of `describe(…)`, `it.each(…)(…)`, `test.skipIf(…)(…)` and the like. */
function isTestFrame({ parent }: Placed<FunctionNode>): boolean {
  if (parent?.node.type !== "CallExpression") return false;
  let callee = parent.node.callee;
  while (callee.type === "CallExpression" || callee.type === "MemberExpression") {
    callee = callee.type === "CallExpression" ? callee.callee : callee.object;
  }
  return callee.type === "Identifier" && TEST_FRAME.has(callee.name);
}

function nameOf({ node, parent }: Placed<FunctionNode>): string {
  if (node.id !== null) return node.id.name;
  const around = parent?.node;
  if (around?.type === "VariableDeclarator" && around.id.type === "Identifier") return around.id.name;
  if (
    around?.type === "MethodDefinition" ||
    around?.type === "PropertyDefinition" ||
    around?.type === "Property"
  ) {
    const { key } = around;
    if (key.type === "Identifier") return key.name;
    if (key.type === "PrivateIdentifier") return `#${key.name}`;
  }
  return "(anonymous)";
}
