/** Errors on their way from one thread to another. */
import type { ErrorCode } from "../../errors/catalogue.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";

/** A catalogue error; one of another kind becomes `run.thread-died`. */
export interface PostedError {
  readonly code: ErrorCode;
  readonly params: QuickwaterError["params"];
  readonly position?: QuickwaterError["position"];
  readonly suggestion?: QuickwaterError["suggestion"];
}

export function postedError(error: unknown, thread: "log" | "keeper" | "history" | "reading"): PostedError {
  if (error instanceof QuickwaterError) {
    const { code, params, position, suggestion } = error;
    return { code, params, position, suggestion };
  }
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "run.thread-died", params: { thread, reason } };
}

export function fromPosted({ code, params, position, suggestion }: PostedError): QuickwaterError {
  return new QuickwaterError(code, params, { position, suggestion });
}
