/** A body with `Content-Encoding: gzip`, as it was before. Its limits count what it unpacks to. */
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { quickwaterError } from "../errors/quickwater-error.ts";

export function unpackedBody(payload: Readable): Readable {
  const unpacked = createGunzip();
  // What is wrong with the packing must not end the connection: the sender is to see the answer.
  unpacked.on("error", () => {
    payload.unpipe(unpacked);
    payload.resume();
  });
  payload.on("error", (error: Error) => unpacked.destroy(error));
  payload.on("close", () => {
    if (!payload.readable || unpacked.writableEnded) return;
    unpacked.destroy(new Error("the connection ended"));
  });
  return payload.pipe(unpacked);
}

/** Where the body itself is wrong, and not the connection. */
export function packingError(error: unknown) {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!code.startsWith("Z_")) return undefined;
  return quickwaterError(
    "request.bad-request",
    { problem: "the body is no gzip, or was cut" },
    { cause: error },
  );
}
