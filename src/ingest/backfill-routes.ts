/**
 * `POST /v1/streams/{stream}/backfills` opens a bracket around events of the past, `DELETE` of the one that
 * it answers closes it.
 */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Engine } from "../engine.ts";
import type { Backfill } from "../log/backfills.ts";
import { formatInstantMs } from "../values/timestamp.ts";

const params = Type.Object({ stream: Type.String() });
const paramsOfOne = Type.Object({ stream: Type.String(), id: Type.String() });

export function registerBackfillRoutes(app: FastifyInstance, { backfills }: Engine): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.post("/v1/streams/:stream/backfills", { schema: { params } }, async (request, reply) => {
    const { stream } = request.params;
    const backfill = await backfills.begin(stream);
    reply.status(201);
    return { stream, ...wireBackfill(backfill) };
  });
  const one = "/v1/streams/:stream/backfills/:id";
  typed.delete(one, { schema: { params: paramsOfOne } }, async (request) => {
    const { stream, id } = request.params;
    await backfills.end(stream, id);
    return { stream, id };
  });
}

export function wireBackfill({ id, sinceMs }: Backfill) {
  return { id, since: formatInstantMs(sinceMs) };
}
