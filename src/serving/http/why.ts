/** `GET /v1/why/{view}`: why a view shows what it shows. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { WhyAnswer } from "../answers.ts";

const params = Type.Object({ view: Type.String() });

/** Whoever tells it looks into engine, log and journal. */
export function registerWhyRoute(app: FastifyInstance, whyOf: (view: string) => Promise<WhyAnswer>): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get("/v1/why/:view", { schema: { params } }, (request, reply) => {
    reply.header("cache-control", "no-cache");
    return whyOf(request.params.view);
  });
}
