import fc from "fast-check";
import { expect, it } from "vitest";
import { parsedTemplate } from "./template.ts";

const text = (of: string) => ({ is: "text", text: of });
const value = (name: string) => ({ is: "value", name });

it("finds columns, and members of theirs, between texts", () => {
  expect(parsedTemplate("{user_id} made {metrics.count} events")).toEqual([
    value("user_id"),
    text(" made "),
    value("metrics.count"),
    text(" events"),
  ]);
  expect(parsedTemplate("{a}{b}")).toEqual([value("a"), value("b")]);
});

it("knows a column without the format behind it", () => {
  expect(parsedTemplate("{ amount | money }")).toEqual([value("amount")]);
});

it("writes two braces as one", () => {
  expect(parsedTemplate("{{a} {b}}")).toEqual([text("{a} "), value("b"), text("}")]);
});

it("takes a brace that is never closed for a brace", () => {
  expect(parsedTemplate("a {b")).toEqual([text("a {b")]);
  expect(parsedTemplate("}")).toEqual([text("}")]);
  expect(parsedTemplate("")).toEqual([]);
});

it("gives any text without braces back as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (of) => {
      const plain = of.replaceAll("{", "");
      expect(parsedTemplate(plain)).toEqual(plain === "" ? [] : [text(plain)]);
      const shown = parsedTemplate(of.replaceAll("{", "{{")).map((part) => part.is === "text" && part.text);
      expect(shown.join("")).toBe(of);
    }),
  );
});
