/** `GET /v1/views` and `GET /v1/views/{view}`: each answer is of one step. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { ViewList } from "../answers.ts";
import { type ViewDirectory, viewNamed } from "../view-directory.ts";
import { viewSummary } from "../wire.ts";
import { ViewAnswers, type ViewSurroundings } from "./view-answers.ts";

const rowsMax = 100_000;
const rowsDefault = 1_000;
const sqlLengthMax = 4_096;
/** It holds the key of a row and what it is ordered by. */
const cursorLengthMax = 8_192;

const query = Type.Object(
  {
    where: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: sqlLengthMax,
        description: "SQL, as behind WHERE: over the view's columns, $final and $revision.",
      }),
    ),
    order: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: sqlLengthMax,
        description: "SQL, as behind ORDER BY. Without it the newest rows by key come, in ascending order.",
      }),
    ),
    limit: Type.Integer({ minimum: 1, maximum: rowsMax, default: rowsDefault }),
    after: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: cursorLengthMax,
        description: "`next` of the answer before, to the same view, where and order.",
      }),
    ),
    emit: Type.Optional(
      Type.Union([Type.Literal("changes"), Type.Literal("final")], {
        description: "`final` leaves open windows out; without it the view's own.",
      }),
    ),
  },
  { additionalProperties: false },
);

export function registerViewRoutes(app: FastifyInstance, views: ViewDirectory, of: ViewSurroundings): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const answers = new ViewAnswers(of);
  typed.get("/v1/views", async (): Promise<ViewList> => ({ views: views.views().map(viewSummary) }));
  const schema = { params: Type.Object({ view: Type.String() }), querystring: query };
  typed.get("/v1/views/:view", { schema }, async (request, reply) => {
    const view = viewNamed(views, request.params.view);
    const asked = { ...request.query, emit: request.query.emit ?? view.schema.emit };
    const known = request.headers["if-none-match"];
    if (known !== undefined && known === answers.etagOf(view, asked))
      return reply.status(304).header("etag", known).header("cache-control", "no-cache").send();
    const { text, etag } = await answers.answer(view, asked);
    if (etag !== undefined) reply.header("etag", etag);
    reply.header("cache-control", "no-cache").type("application/json; charset=utf-8");
    return text;
  });
}
