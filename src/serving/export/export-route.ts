/** `GET /v1/export/{name}`: the rows of a view as they are, or those of a stream from history, as a file. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { parseTimestampMs } from "../../values/timestamp.ts";
import type { LiveView } from "../../views/live-view.ts";
import { acceptedFormat, type RowFormat } from "../answer-format.ts";
import type { ViewDirectory } from "../view-directory.ts";
import type { Exporting, Outgoing } from "./exporting.ts";
import { asGivenRows, chosenRows, textPieces } from "./view-export.ts";

const formats = ["csv", "json", "ndjson", "parquet"] as const;
const sqlLengthMax = 4_096;
const columnsLengthMax = 8_192;
const instantLengthMax = 40;

const instant = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: instantLengthMax, description }));

const query = Type.Object(
  {
    format: Type.Optional(
      Type.Union(
        formats.map((format) => Type.Literal(format)),
        { description: "Else the header Accept says it, else csv." },
      ),
    ),
    columns: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: columnsLengthMax,
        description: "Names with commas between them: only these, in this order.",
      }),
    ),
    where: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: sqlLengthMax,
        pattern: "\\S",
        description:
          "SQL, as behind WHERE: of a view as GET /v1/views/{view} takes it, of a stream DuckDB's.",
      }),
    ),
    order: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: sqlLengthMax,
        description: "SQL, as behind ORDER BY; of a view.",
      }),
    ),
    emit: Type.Optional(
      Type.Union([Type.Literal("changes"), Type.Literal("final")], {
        description: "`final` leaves open windows of a view out; without it the view's own.",
      }),
    ),
    from: instant("Rows of a stream with an event time of then or later."),
    to: instant("Rows of a stream with an event time before."),
  },
  { additionalProperties: false },
);

export function registerExportRoute(
  app: FastifyInstance,
  project: ViewDirectory,
  exporting: Exporting,
): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const schema = { params: Type.Object({ name: Type.String() }), querystring: query };
  typed.get("/v1/export/:name", { schema, exposeHeadRoute: false }, async (request, reply) => {
    const { name } = request.params;
    const format = request.query.format ?? acceptedFormat(request.headers.accept ?? "", formats);
    const view = project.view(name);
    const asked = { ...request.query, columns: request.query.columns?.split(",").map((each) => each.trim()) };
    reply.header("vary", "accept");
    return exporting.send(request, reply, { name, format }, async () => {
      if (view !== undefined) return ofView(view, asked, format);
      const source = relationOf(name, asked);
      try {
        return await exporting.ofHistory(reply, source, format);
      } catch (error) {
        throw withViews(error, name);
      }
    });

    async function ofView(live: LiveView, choice: Asked, as: RowFormat): Promise<Outgoing> {
      refuse(choice, ["from", "to"], `be left out: ${name} is a view, and \`where\` chooses its rows`);
      const chosen = await chosenRows(live, choice, exporting.settings);
      const { rows, step } = chosen;
      if (as === "parquet") {
        const outgoing = await exporting.ofHistory(reply, asGivenRows(chosen), as);
        return { ...outgoing, step };
      }
      let sent = 0;
      const pieces = textPieces(chosen, as, (count) => {
        sent += count;
      });
      return { pieces, rowCount: rows.length, step, rowsSent: () => sent };
    }

    function withViews(error: unknown, wanted: string): unknown {
      if (!(error instanceof QuickwaterError) || error.code !== "request.unknown-export") return error;
      const views = project.views().map(({ schema: { name: known } }) => known);
      const suggestion = closestName(wanted, [...views, ...(error.suggestion ? [error.suggestion] : [])]);
      return new QuickwaterError(error.code, error.params, { suggestion });
    }
  });
}

type Asked = Omit<Static<typeof query>, "columns"> & { readonly columns: readonly string[] | undefined };

function relationOf(relation: string, asked: Asked) {
  refuse(asked, ["order", "emit"], `be left out: ${relation} is no view`);
  const { columns, where } = asked;
  const [fromMs, toMs] = [instantOf("from", asked.from), instantOf("to", asked.to)];
  if (fromMs !== undefined && toMs !== undefined && fromMs > toMs) {
    throw quickwaterError("request.bad-parameter", { name: "from", expected: "not be behind `to`" });
  }
  return { kind: "relation", relation, columns, where, fromMs, toMs } as const;
}

function refuse(asked: Asked, names: readonly (keyof Asked)[], expected: string): void {
  const name = names.find((each) => asked[each] !== undefined);
  if (name !== undefined) throw quickwaterError("request.bad-parameter", { name, expected });
}

/** A day means its midnight in UTC. */
function instantOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseTimestampMs(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text, "required");
  if (ms !== undefined) return ms;
  const expected = "be an instant such as 2026-03-01T12:30:00Z, or a day";
  throw quickwaterError("request.bad-parameter", { name, expected });
}
