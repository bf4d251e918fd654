import { expect, test } from "vitest";
import { addBehind, edited, editLines, editValue } from "./yaml-edit.ts";
import { parseYaml, type YamlValue } from "./yaml-file.ts";

const file = (text: string) => parseYaml("a.yaml", text);
const problem = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    const { message, suggestion } = error as { readonly message: string; readonly suggestion?: string };
    return suggestion === undefined ? message : `${message} ${suggestion}?`;
  }
  return "nothing";
};

test("numbers become JSON with the digits that they are written with", () => {
  const text =
    "[10.00, 12345678901234567890.5, 1e3, -0.10, 0x1F, +1, .5, '10.00', true, null, ~, {a: [1.0]}]";
  expect(file(text).json()).toBe(
    '[10.00,12345678901234567890.5,1e3,-0.10,31,1,0.5,"10.00",true,null,null,{"a":[1.0]}]',
  );
  expect(problem(() => file("[.inf]").json())).toContain("a.yaml:1: [0] must be a number that JSON has");
});

test("an anchor means what it names, where it is named", () => {
  expect(file("a: &x { n: 1.0 }\nb: *x\n").json()).toBe('{"a":{"n":1.0},"b":{"n":1.0}}');
});

test("a complaint names file, line and setting, and what was meant", () => {
  const root = file("a: 1\n\nbird:\n  - x\n  - {c: [1, two]}\n");
  const c = root.member("bird").list()[1]!.member("c").list();
  expect(problem(() => c[1]!.number(0, 9))).toBe(
    'a.yaml:5: bird[1].c[1] must be a number from 0 to 9, this is "two".',
  );
  expect(problem(() => root.member("d").text())).toBe("a.yaml:1: d must be a text, this is missing.");
  expect(problem(() => root.members(["a", "birds"]))).toBe("a.yaml:3: there is no setting bird. birds?");
  expect(problem(() => file("a: [\n\n"))).toMatch(/^a\.yaml:\d+ is not written as YAML is: [^:]+\.$/);
  expect(file("# nothing\n").members().size).toBe(0);
});

const text = `# Head.
list:
  - one: |   # of lines
      a  | b
      1  | 2

    # Behind it.
    two: { n: 1 } # flow
  - one:
    two:
      n: 1
    three: x # last
`;

test.each<[string, (first: YamlValue, second: YamlValue) => ReturnType<typeof editLines>, string, string]>([
  [
    "a block",
    (first) => editLines(first.member("one"), ["x", "y"]),
    "|   # of lines\n      a  | b\n      1  | 2\n",
    "|\n      x\n      y\n",
  ],
  [
    "nothing",
    (_, second) => editLines(second.member("one"), ["x", "y"]),
    "- one:\n    two:\n",
    "- one: |\n      x\n      y\n    two:\n",
  ],
  [
    "a value in braces",
    (first) => editValue(first.member("two"), "{ n: 2 }"),
    "two: { n: 1 } #",
    "two: { n: 2 } #",
  ],
  [
    "a value of lines",
    (_, second) => editValue(second.member("two"), "{ n: 2 }"),
    "      n: 1\n    three",
    "      { n: 2 }\n    three",
  ],
  [
    "a place behind",
    (_, second) => addBehind(second.member("three"), "four", "{}"),
    "# last\n",
    "# last\n    four: {}\n",
  ],
])("%s is changed, and nothing else", (_, edit, was, is) => {
  const [first, second] = file(text).member("list").list() as [YamlValue, YamlValue];
  const result = edited(text, [edit(first, second)]);
  expect(text.split(was)).toHaveLength(2);
  expect(result).toBe(text.replace(was, is));
  expect(problem(() => file(result).json())).toBe("nothing");
});
