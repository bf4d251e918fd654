/** What went wrong with a request, in the server's words where it has any. */
import { RequestError } from "../../../src/client/index.ts";

export interface FailureWords {
  readonly message: string;
  /** What can be done. */
  readonly hint: string;
}

/** What was asked for is not there. */
export function isNotFound(error: Error): boolean {
  const failure = error instanceof RequestError ? error.failure : undefined;
  return failure?.kind === "problem" && failure.problem.status === 404;
}

export function failureWords(error: Error): FailureWords {
  const failure = error instanceof RequestError ? error.failure : undefined;
  switch (failure?.kind) {
    case "problem":
      return { message: failure.problem.title, hint: failure.problem.detail };
    case "unreachable":
      return { message: error.message, hint: "Try again when the server is there." };
    case "unreadable":
      return { message: error.message, hint: "Something between this page and the server answered for it." };
    default:
      return { message: error.message, hint: "" };
  }
}
