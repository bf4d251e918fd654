/** `POST /v1/query`: one statement that reads, over the views as they are. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { RowSchema } from "../../values/row-schema.ts";
import { formatInstantMs } from "../../values/timestamp.ts";
import { wireColumns } from "../wire.ts";

/** All that this route knows of the engine. */
export interface QueryAnswerer {
  readonly timeZone: string;
  query(request: { readonly sql: string; readonly timeZone: string }): Promise<{
    readonly schema: RowSchema;
    readonly rowCount: number;
    readonly rowsText: string;
    readonly views: readonly { readonly name: string; readonly step: number }[];
    readonly nowMs: number;
    readonly timeZone: string;
  }>;
}

const body = Type.Object(
  {
    sql: Type.String({ minLength: 1, maxLength: 64 * 1024 }),
    timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  { additionalProperties: false },
);

export function registerQueryRoute(app: FastifyInstance, engine: QueryAnswerer): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.post("/v1/query", { schema: { body } }, async (request, reply) => {
    const { sql, timeZone = engine.timeZone } = request.body;
    const { schema, rowCount, rowsText, views, nowMs } = await engine.query({ sql, timeZone });
    const head = {
      columns: wireColumns(schema),
      rowCount,
      step: Math.max(0, ...views.map(({ step }) => step)),
      views,
      now: formatInstantMs(nowMs),
      timeZone,
    };
    reply.type("application/json; charset=utf-8");
    return `${JSON.stringify(head).slice(0, -1)},"rows":${rowsText}}`;
  });
}
