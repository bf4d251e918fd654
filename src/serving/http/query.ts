/** `POST /v1/query`: one statement that reads, over the views as they are, or over history. */
import { Readable } from "node:stream";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance, FastifyReply } from "fastify";
import { Type } from "typebox";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { ViewsBeside } from "../../history/history-client.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { formatInstantMs } from "../../values/timestamp.ts";
import { cellSeparator } from "../../views/view.ts";
import { acceptedFormat, mediaTypes } from "../answer-format.ts";
import { listText } from "../endpoints/endpoint-text.ts";
import { type AskedHistory, askHistory } from "../history-asking.ts";
import type { ViewDirectory } from "../view-directory.ts";
import { viewsBeside } from "../view-rows.ts";
import { wireColumns } from "../wire.ts";

interface Answer {
  readonly schema: RowSchema;
  readonly rows: readonly string[];
  readonly views: readonly { readonly name: string; readonly step: number }[];
  readonly nowMs: number;
}

/** All that this route knows of the engine. */
export interface QueryAnswerer extends ViewDirectory {
  readonly timeZone: string;
  query(request: { readonly sql: string; readonly timeZone: string }, signal: AbortSignal): Promise<Answer>;
}

const formats = ["json", "csv", "parquet"] as const;
type AnswerForm = (typeof formats)[number];

const body = Type.Object(
  {
    sql: Type.String({ minLength: 1, maxLength: 64 * 1024 }),
    over: Type.Optional(Type.Union([Type.Literal("views"), Type.Literal("history")])),
    timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    format: Type.Optional(
      Type.Union(
        formats.map((format) => Type.Literal(format)),
        { description: "Else the header Accept says it, else json." },
      ),
    ),
  },
  { additionalProperties: false },
);

export function registerQueryRoute(app: FastifyInstance, engine: QueryAnswerer, history: AskedHistory): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const beside = viewsBeside(engine, history.limits.rowsReadMax);
  typed.post("/v1/query", { schema: { body } }, async (request, reply) => {
    const { sql, over = "views" } = request.body;
    const timeZone = request.body.timeZone ?? (over === "views" ? engine.timeZone : "UTC");
    const format = request.body.format ?? acceptedFormat(request.headers.accept ?? "", formats);
    const { signal } = leftBy(reply);
    const answer =
      over === "views"
        ? await engine.query({ sql, timeZone }, signal)
        : await askInUtc(history, sql, timeZone, signal, beside);
    reply.header("vary", "accept");
    if (format !== "json") return sendRows(reply, answer, format, history);
    const { schema, rows, views, nowMs } = answer;
    const head = {
      columns: wireColumns(schema),
      rowCount: rows.length,
      step: stepOf(answer),
      views,
      now: formatInstantMs(nowMs),
      timeZone,
    };
    reply.type(mediaTypes.json);
    const rowTexts = rows.map((text) => `[${text.replaceAll(cellSeparator, ",")}]`);
    return `${JSON.stringify(head).slice(0, -1)},"rows":[${rowTexts.join(",")}]}`;
  });
}

/** Aborted when the client goes away before it has its answer. */
function leftBy({ raw }: FastifyReply): AbortController {
  const left = new AbortController();
  raw.once("close", () => raw.writableFinished || left.abort());
  return left;
}

const stepOf = ({ views }: Answer) => Math.max(0, ...views.map(({ step }) => step));

/** The rows alone; what else is known of the answer is in headers. */
function sendRows(
  reply: FastifyReply,
  answer: Answer,
  format: Exclude<AnswerForm, "json">,
  { client, limits: { runMsMax } }: AskedHistory,
): FastifyReply {
  const { schema, rows } = answer;
  reply.header("quickwater-step", String(stepOf(answer)));
  reply.header("quickwater-rows", String(rows.length)).type(mediaTypes[format]);
  if (format === "csv") return reply.send(listText(schema, rows, "csv"));
  if (client === undefined) throw quickwaterError("request.no-history", {});
  const written = client.export({ source: { kind: "rows", schema, rows }, format, runMsMax });
  return reply.send(Readable.from(written.pieces(), { objectMode: false }));
}

async function askInUtc(
  history: AskedHistory,
  sql: string,
  timeZone: string,
  signal: AbortSignal,
  beside: ViewsBeside,
): Promise<Answer> {
  if (timeZone !== "UTC") {
    const expected = "be left out: history is in UTC, and AT TIME ZONE of DuckDB gives another";
    throw quickwaterError("request.bad-parameter", { name: "timeZone", expected });
  }
  const nowMs = Date.now();
  const { reads: views, ...answer } = await askHistory(history, { sql }, signal, beside);
  return { ...answer, views, nowMs };
}
