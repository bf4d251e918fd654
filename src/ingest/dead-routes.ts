/**
 * `GET /v1/streams/{stream}/dead`: the rows that could not be taken, by reason.
 * `POST /v1/streams/{stream}/replay` reads them again.
 */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Engine } from "../engine.ts";
import { lettersShownMax } from "../log/dead/dead-letters.ts";

const name = Type.String({ minLength: 1, maxLength: 1_000 });
const choice = { code: Type.Optional(name), field: Type.Optional(name) };
const number = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const params = Type.Object({ stream: Type.String() });

const listed = Type.Object(
  { ...choice, limit: Type.Integer({ minimum: 0, maximum: lettersShownMax, default: 100 }) },
  { additionalProperties: false },
);

/** Edited rows come in the body: it may be as large as those of events. */
const replayBytesMax = 16 * 1024 * 1024;
const numbersMax = 100_000;

const replayed = Type.Object(
  {
    ...choice,
    numbers: Type.Optional(Type.Array(number, { maxItems: numbersMax })),
    edited: Type.Optional(
      Type.Array(Type.Object({ number, text: Type.String() }, { additionalProperties: false }), {
        maxItems: numbersMax,
      }),
    ),
    dryRun: Type.Boolean({ default: false }),
    force: Type.Boolean({ default: false }),
  },
  { additionalProperties: false },
);

export function registerDeadRoutes(app: FastifyInstance, engine: Engine): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get("/v1/streams/:stream/dead", { schema: { params, querystring: listed } }, async (request) => {
    const { stream } = request.params;
    const { code, field, limit } = request.query;
    return { stream, ...(await engine.deadLetters(stream, { code, field }, limit)) };
  });
  const schema = { params, body: replayed };
  typed.post("/v1/streams/:stream/replay", { schema, bodyLimit: replayBytesMax }, async (request) => {
    const { stream } = request.params;
    const { code, field, numbers, edited: given, dryRun, force } = request.body;
    const edited = new Map(given?.map((letter) => [letter.number, letter.text]));
    // Who sends edited rows means these, and no others.
    const chosen = numbers ?? (given === undefined ? undefined : [...edited.keys()]);
    const choice = { code, field, numbers: chosen && new Set(chosen) };
    return { stream, ...(await engine.replay(stream, { choice, edited, dryRun, force })) };
  });
}
