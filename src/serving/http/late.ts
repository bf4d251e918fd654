/**
 * `GET /v1/views/{view}/late`: rows that came behind the watermark, by window. `POST /v1/views/{view}/replay`
 * takes them into their windows.
 */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { memberNames } from "../../values/row-text.ts";
import { formatInstantMs } from "../../values/timestamp.ts";
import { rowJson } from "../../views/row-json.ts";
import type { CorrectedRow, ViewRow } from "../../views/view.ts";
import { type ViewDirectory, viewNamed } from "../view-directory.ts";

/** All that these routes know of the engine. */
export interface LateAnswerer extends ViewDirectory {
  lateRows(view: string): Promise<object>;
  replayLate(
    view: string,
    options: { readonly dryRun: boolean },
  ): Promise<{
    readonly lateRows: number;
    readonly rows: readonly CorrectedRow[];
    /** Windows of which the journal does not hold all rows any more. */
    readonly tooOld: readonly { readonly startMs: number; readonly endMs: number }[];
    readonly dryRun: boolean;
  }>;
}

/** So many changed rows are shown; all of them change. */
const rowsShownMax = 1_000;

const params = Type.Object({ view: Type.String() });
const body = Type.Object({ dryRun: Type.Boolean({ default: false }) }, { additionalProperties: false });

export function registerLateRoutes(app: FastifyInstance, engine: LateAnswerer): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get("/v1/views/:view/late", { schema: { params } }, async (request) => {
    const { name } = viewNamed(engine, request.params.view).schema;
    return { view: name, ...(await engine.lateRows(name)) };
  });
  typed.post("/v1/views/:view/replay", { schema: { params, body } }, async (request, reply) => {
    const { name, schema } = viewNamed(engine, request.params.view).schema;
    const { lateRows, rows, tooOld, dryRun } = await engine.replayLate(name, request.body);
    const names = memberNames(schema);
    const head = {
      view: name,
      lateRows,
      changed: rows.length,
      tooOld: tooOld.map(({ startMs, endMs }) => ({
        start: formatInstantMs(startMs),
        end: formatInstantMs(endMs),
      })),
      dryRun,
    };
    const shown = rows.slice(0, rowsShownMax).map((row) => changeText(row, names));
    reply.type("application/json; charset=utf-8");
    return `${JSON.stringify(head).slice(0, -1)},"rows":[${shown.join(",")}]}`;
  });
}

function changeText({ before, after }: CorrectedRow, names: readonly string[]): string {
  const text = (row: ViewRow | undefined) => (row === undefined ? "null" : rowJson(row, names));
  return `{"before":${text(before)},"after":${text(after)}}`;
}
