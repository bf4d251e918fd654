import { expect, it } from "vitest";
import { RequestError } from "../../../../src/client/index.ts";
import type { Problem } from "../../../../src/serving/protocol.ts";
import { outcomeOfAnswer, outcomeOfError } from "./outcome.ts";

const rejected = [{ index: 0, code: "row.missing-field", message: "The field decision is missing." }];

function problem(status: number, more: object = {}): RequestError {
  const told: Problem = { type: "", title: "No.", status, detail: "Do otherwise.", code: "c", ...more };
  return new RequestError(told.detail, { kind: "problem", problem: told });
}

it("is accepted when it is written, and when it was written before", () => {
  expect(outcomeOfAnswer({ accepted: 1, duplicates: 0, rejected: [] })).toEqual({ is: "accepted" });
  expect(outcomeOfAnswer({ accepted: 0, duplicates: 1, rejected: [] })).toEqual({ is: "accepted" });
});

it("is refused with what the server says of the row", () => {
  const refused = { is: "refused", words: ["The field decision is missing."] };
  expect(outcomeOfAnswer({ accepted: 0, duplicates: 0, rejected })).toEqual(refused);
  expect(outcomeOfError(problem(400, { rejected }))).toEqual(refused);
});

it("is refused where the server takes nothing of the kind", () => {
  const refused = { is: "refused", words: ["No.", "Do otherwise."] };
  expect(outcomeOfError(problem(404))).toEqual(refused);
  expect(outcomeOfError(problem(403, { rejected: [null, 7] }))).toEqual(refused);
});

it("failed where nobody knows what became of it, or it is only too early", () => {
  const failed = { is: "failed", message: "No.", hint: "Do otherwise." };
  expect(outcomeOfError(problem(503))).toEqual(failed);
  expect(outcomeOfError(problem(429))).toEqual(failed);
  const away = new RequestError("Away.", { kind: "unreachable", error: undefined });
  expect(outcomeOfError(away)).toMatchObject({ is: "failed", message: "Away." });
  expect(outcomeOfError(new RequestError("?", { kind: "unreadable", status: 400 }))).toMatchObject({
    is: "failed",
  });
});
