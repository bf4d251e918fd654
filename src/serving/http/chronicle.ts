/** `GET /v1/chronicle`: when the server was away, and when queries of views became others. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { ChronicleAnswer, ChronicleEntry } from "../chronicle.ts";
import { instantOf } from "./instant.ts";

const moment = (description: string) => Type.Optional(Type.String({ format: "date-time", description }));

const querystring = Type.Object(
  { from: moment("Nothing that was over by then."), to: moment("Nothing that began then or later.") },
  { additionalProperties: false },
);

export interface ToldChronicle {
  between(fromMs: number, toMs: number): readonly ChronicleEntry[];
}

export function registerChronicleRoute(app: FastifyInstance, chronicle: ToldChronicle): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get("/v1/chronicle", { schema: { querystring } }, (request, reply): ChronicleAnswer => {
    const { from, to } = request.query;
    reply.header("cache-control", "no-cache");
    const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : instantOf("from", from);
    const toMs = to === undefined ? Number.POSITIVE_INFINITY : instantOf("to", to);
    return { entries: chronicle.between(fromMs, toMs) };
  });
}
