/** Every error that leaves over HTTP: an RFC 9457 problem document with the catalogue's code. */
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import type { Problem } from "../protocol.ts";

export function registerProblems(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      quickwaterError("request.unknown-route", { method: request.method, path: request.url }),
    ),
  );
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

function problemOf(error: QuickwaterError): Problem {
  return {
    type: `urn:quickwater:error:${error.code}`,
    title: error.message,
    status: error.status,
    detail: error.hint,
    code: error.code,
  };
}

function sendProblem(reply: FastifyReply, error: QuickwaterError): FastifyReply {
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
