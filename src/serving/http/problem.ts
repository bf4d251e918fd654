/** Every error that leaves over HTTP: an RFC 9457 problem document with the catalogue's code. */
import { maxHeaderSize, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import type { Problem } from "../protocol.ts";

const retryAfterSeconds = 1;

export function registerProblems(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      quickwaterError("request.unknown-route", { method: request.method, path: request.url }),
    ),
  );
  // What was to become a WebSocket is read by nobody: it would stay open, and the server could not close.
  app.addHook("onResponse", async ({ raw }, { statusCode }) => {
    if (raw.headers.upgrade !== undefined && statusCode >= 400) raw.socket.destroySoon();
  });
  app.setErrorHandler((error: FastifyError | QuickwaterError, request, reply) => {
    const known = error instanceof QuickwaterError ? error : fromFramework(error);
    if (known.code === "request.internal") request.log.error(error);
    return sendProblem(reply, known);
  });
}

/** For what the framework refuses before it has found a route, as a path that cannot be decoded. */
export function answerFrameworkError(error: FastifyError, _request: unknown, reply: FastifyReply): void {
  sendProblem(reply, fromFramework(error));
}

/** For what is refused before it is a request: no HTTP, too large headers, one that never ends. */
export function answerBrokenConnection(error: ConnectionError, socket: Socket, requestMsMax: number): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  endConnection(socket, fromConnection(error, requestMsMax));
}

/** For one whose body does not come. */
export function answerLateRequest(socket: Socket, requestMsMax: number): void {
  if (!socket.destroyed) endConnection(socket, quickwaterError("request.too-slow", { limit: requestMsMax }));
}

function endConnection(socket: Socket, error: QuickwaterError): void {
  if (!socket.writable) return void socket.destroy();
  const problem = problemOf(error);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

function fromConnection(error: ConnectionError, requestMsMax: number): QuickwaterError {
  switch (error.code as string) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return quickwaterError("request.too-slow", { limit: requestMsMax });
    case "HPE_HEADER_OVERFLOW":
      return quickwaterError("request.headers-too-large", { limit: maxHeaderSize });
    default:
      return quickwaterError("request.bad-request", { problem: "it is not HTTP" });
  }
}

function problemOf(error: QuickwaterError): Problem {
  return {
    type: `urn:quickwater:error:${error.code}`,
    title: error.message,
    status: error.status,
    detail: error.advice,
    code: error.code,
    position: error.position,
  };
}

function sendProblem(reply: FastifyReply, error: QuickwaterError): FastifyReply {
  // What is full or stopping now may not be so in a moment.
  if (error.status === 429 || error.status === 503) reply.header("retry-after", retryAfterSeconds);
  return reply.status(error.status).type("application/problem+json").send(problemOf(error));
}

/** What the framework refuses by itself, in our words. */
function fromFramework(error: FastifyError): QuickwaterError {
  const [detail] = error.validation ?? [];
  if (detail !== undefined) {
    const name = detail.instancePath.slice(1) || "query";
    const expected = (detail.message ?? "must be as documented").replace(/^must /, "");
    return quickwaterError("request.bad-parameter", { name, expected });
  }
  if (error.statusCode === 413) return quickwaterError("request.body-too-large", { limit: "its limit in" });
  if (error.statusCode === 415) return quickwaterError("request.unsupported-media-type", { type: "sent" });
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return quickwaterError("request.bad-request", { problem: error.message.replace(/\.$/, "") });
  }
  return quickwaterError("request.internal", {}, { cause: error });
}
