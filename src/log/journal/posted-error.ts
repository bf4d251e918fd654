/** Errors on their way from one thread to another. */
import type { ErrorCode } from "../../errors/catalogue.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";

/** A catalogue error; one of another kind becomes `run.thread-died`. */
export interface PostedError {
  readonly code: ErrorCode;
  readonly params: QuickwaterError["params"];
}

export function postedError(error: unknown, thread: "log" | "keeper"): PostedError {
  if (error instanceof QuickwaterError) return { code: error.code, params: error.params };
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "run.thread-died", params: { thread, reason } };
}

export function fromPosted(error: PostedError): QuickwaterError {
  return new QuickwaterError(error.code, error.params);
}
