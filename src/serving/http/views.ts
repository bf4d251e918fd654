/** `GET /v1/views` and `GET /v1/views/{view}`: each answer is of one step. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { LiveView } from "../../views/live-view.ts";
import type { ViewList } from "../protocol.ts";
import { type ViewDirectory, viewNamed } from "../view-directory.ts";
import { memberNames, rowObjectText, viewSummary, wireColumns, wireFreshness } from "../wire.ts";

const rowsMax = 100_000;
const rowsDefault = 1_000;

const query = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: rowsMax, default: rowsDefault }),
    emit: Type.Optional(Type.Union([Type.Literal("changes"), Type.Literal("final")])),
  },
  { additionalProperties: false },
);

export function registerViewRoutes(app: FastifyInstance, views: ViewDirectory): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get("/v1/views", async (): Promise<ViewList> => ({ views: views.views().map(viewSummary) }));
  const schema = { params: Type.Object({ view: Type.String() }), querystring: query };
  typed.get("/v1/views/:view", { schema }, async (request, reply) => {
    const view = viewNamed(views, request.params.view);
    reply.type("application/json; charset=utf-8");
    return answerText(view, request.query.limit, request.query.emit ?? view.schema.emit);
  });
}

/** The newest rows by key, ascending; the answer's text is put together from the rows' own. */
function answerText(view: LiveView, limit: number, emit: "changes" | "final"): string {
  const { rowCount, rows } = view.newest(limit, emit);
  const names = memberNames(view.schema.schema);
  const head = {
    view: view.schema.name,
    step: view.stepNumber,
    freshness: wireFreshness(view.freshness),
    columns: wireColumns(view.schema.schema),
    rowCount,
    failure: view.failure ?? null,
    making: view.making ?? null,
  };
  const texts = rows.map((row) => rowObjectText(row, names));
  return `${JSON.stringify(head).slice(0, -1)},"rows":[${texts.join(",")}]}`;
}
