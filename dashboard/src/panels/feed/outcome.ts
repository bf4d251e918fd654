/** What became of an event that was sent. */
import { RequestError } from "../../../../src/client/index.ts";
import type { IngestAnswer, RejectedRow } from "../../../../src/serving/answers.ts";
import { type FailureWords, failureWords } from "../../data/failure.ts";

export type Outcome =
  /** Written, now or the time before. */
  | { readonly is: "accepted" }
  /** Certainly not written, and it would not be the next time: something else has to be sent. */
  | { readonly is: "refused"; readonly words: readonly string[] }
  /** Nobody knows whether it was written: the same may be sent again. */
  | ({ readonly is: "failed" } & FailureWords);

export function outcomeOfAnswer({ rejected }: IngestAnswer): Outcome {
  if (rejected.length === 0) return { is: "accepted" };
  return { is: "refused", words: rejected.map(({ message }) => message) };
}

export function outcomeOfError(error: Error): Outcome {
  const failed: Outcome = { is: "failed", ...failureWords(error) };
  if (!(error instanceof RequestError) || error.failure.kind !== "problem") return failed;
  const { problem } = error.failure;
  const isTheirs = problem.status >= 400 && problem.status < 500 && problem.status !== 429;
  if (!isTheirs) return failed;
  const rejected = rejectedOf(problem);
  return { is: "refused", words: rejected.length > 0 ? rejected : [problem.title, problem.detail] };
}

/** Where no row was taken the answer is a problem, with what is wrong of each. */
function rejectedOf(problem: object): readonly string[] {
  const rejected: unknown = (problem as { readonly rejected?: unknown }).rejected;
  if (!Array.isArray(rejected)) return [];
  return (rejected as readonly Partial<RejectedRow>[]).flatMap((row) =>
    typeof row?.message === "string" ? [row.message] : [],
  );
}
