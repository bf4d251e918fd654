/** `GET /v1/views` and `GET /v1/views/{view}`: each answer is of one step, now or at a moment of before. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { LiveView } from "../../views/live-view.ts";
import type { ViewList } from "../answers.ts";
import { type ViewDirectory, viewNamed } from "../view-directory.ts";
import { viewSummary } from "../wire.ts";
import { passedInstantOf } from "./instant.ts";
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
    at: Type.Optional(
      Type.String({
        format: "date-time",
        description: "A moment that has passed: the rows as they were then. Made of the journal again.",
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

/** All that these routes know of the engine. */
export interface ServedViews extends ViewDirectory {
  readonly past: { at(view: string, atMs: number): Promise<LiveView> };
}

export function registerViewRoutes(app: FastifyInstance, views: ServedViews, of: ViewSurroundings): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const answers = new ViewAnswers(of);
  typed.get("/v1/views", async (): Promise<ViewList> => ({ views: views.views().map(viewSummary) }));
  const schema = { params: Type.Object({ view: Type.String() }), querystring: query };
  typed.get("/v1/views/:view", { schema }, async (request, reply) => {
    const { at, ...rest } = request.query;
    const now = viewNamed(views, request.params.view);
    const asked = { ...rest, emit: rest.emit ?? now.schema.emit };
    reply.header("cache-control", "no-cache").type("application/json; charset=utf-8");
    if (at !== undefined) {
      const then = await views.past.at(now.schema.name, passedInstantOf("at", at));
      return await answers.textOf(then, asked);
    }
    const known = request.headers["if-none-match"];
    if (known !== undefined && known === answers.etagOf(now, asked))
      return reply.status(304).header("etag", known).send();
    const { text, etag } = await answers.answer(now, asked);
    if (etag !== undefined) reply.header("etag", etag);
    return text;
  });
}
