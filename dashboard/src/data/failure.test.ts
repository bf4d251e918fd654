import { expect, it } from "vitest";
import { RequestError } from "../../../src/client/index.ts";
import { failureWords } from "./failure.ts";

it("has the server's words, and what it says to do", () => {
  const problem = {
    type: "",
    title: "There is no view x.",
    status: 404,
    detail: "See GET /v1/views.",
    code: "c",
  };
  expect(failureWords(new RequestError(problem.detail, { kind: "problem", problem }))).toEqual({
    message: "There is no view x.",
    hint: "See GET /v1/views.",
  });
});

it("says who did not answer, and who did in the server's place", () => {
  const away = new RequestError("The server cannot be reached.", { kind: "unreachable", error: undefined });
  expect(failureWords(away)).toEqual({
    message: "The server cannot be reached.",
    hint: "Try again when the server is there.",
  });
  const proxy = new RequestError("The answer is not one.", { kind: "unreadable", status: 502 });
  expect(failureWords(proxy).hint).toContain("between");
  expect(failureWords(new TypeError("x is no function"))).toEqual({ message: "x is no function", hint: "" });
});
