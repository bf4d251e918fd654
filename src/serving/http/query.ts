/** `POST /v1/query`: one statement that reads, over the views as they are, or over history. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { formatInstantMs } from "../../values/timestamp.ts";
import { cellSeparator } from "../../views/view.ts";
import { type AskedHistory, askHistory } from "../history-asking.ts";
import { wireColumns } from "../wire.ts";

interface Answer {
  readonly schema: RowSchema;
  readonly rows: readonly string[];
  readonly views: readonly { readonly name: string; readonly step: number }[];
  readonly nowMs: number;
}

/** All that this route knows of the engine. */
export interface QueryAnswerer {
  readonly timeZone: string;
  query(request: { readonly sql: string; readonly timeZone: string }): Promise<Answer>;
}

const body = Type.Object(
  {
    sql: Type.String({ minLength: 1, maxLength: 64 * 1024 }),
    over: Type.Optional(Type.Union([Type.Literal("views"), Type.Literal("history")])),
    timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  { additionalProperties: false },
);

export function registerQueryRoute(app: FastifyInstance, engine: QueryAnswerer, history: AskedHistory): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.post("/v1/query", { schema: { body } }, async (request, reply) => {
    const { sql, over = "views" } = request.body;
    const timeZone = request.body.timeZone ?? (over === "views" ? engine.timeZone : "UTC");
    const answer =
      over === "views" ? await engine.query({ sql, timeZone }) : await askInUtc(history, sql, timeZone);
    const { schema, rows, views, nowMs } = answer;
    const head = {
      columns: wireColumns(schema),
      rowCount: rows.length,
      step: Math.max(0, ...views.map(({ step }) => step)),
      views,
      now: formatInstantMs(nowMs),
      timeZone,
    };
    reply.type("application/json; charset=utf-8");
    const rowTexts = rows.map((text) => `[${text.replaceAll(cellSeparator, ",")}]`);
    return `${JSON.stringify(head).slice(0, -1)},"rows":[${rowTexts.join(",")}]}`;
  });
}

async function askInUtc(history: AskedHistory, sql: string, timeZone: string): Promise<Answer> {
  if (timeZone !== "UTC") {
    const expected = "be left out: history is in UTC, and AT TIME ZONE of DuckDB gives another";
    throw quickwaterError("request.bad-parameter", { name: "timeZone", expected });
  }
  const nowMs = Date.now();
  const { reads: views, ...answer } = await askHistory(history, { sql });
  return { ...answer, views, nowMs };
}
