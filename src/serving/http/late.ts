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
import { ToldRows, toldMs } from "../../views/told-rows.ts";
import type { CorrectedRow, ViewRow } from "../../views/view.ts";
import { type ViewDirectory, viewNamed } from "../view-directory.ts";

/** All that these routes know of the engine. */
export interface LateAnswerer extends ViewDirectory {
  readonly late: {
    list(view: string): Promise<{ readonly windows: readonly LateWindow[] }>;
    replay(
      view: string,
      dryRun: boolean,
    ): Promise<{
      readonly lateRows: number;
      readonly rows: readonly CorrectedRow[];
      /** Windows of which the journal does not hold all rows any more. */
      readonly tooOld: readonly { readonly startMs: number; readonly endMs: number }[];
      readonly dryRun: boolean;
    }>;
  };
}

/** On the wall clock of the view. */
interface LateWindow {
  readonly start: string | null;
  readonly end: string | null;
}

/** So many changed rows are shown; all of them change. */
const rowsShownMax = 1_000;

const params = Type.Object({ view: Type.String() });
const body = Type.Object({ dryRun: Type.Boolean({ default: false }) }, { additionalProperties: false });

export function registerLateRoutes(app: FastifyInstance, engine: LateAnswerer): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get("/v1/views/:view/late", { schema: { params } }, async (request) => {
    const { name, timeZone } = viewNamed(engine, request.params.view).schema;
    const { windows, ...late } = await engine.late.list(name);
    const told = (time: string | null) =>
      time === null ? null : formatInstantMs(toldMs(Date.parse(time), timeZone));
    const shown = windows.map((window) => ({ ...window, start: told(window.start), end: told(window.end) }));
    return { view: name, ...late, windows: shown };
  });
  typed.post("/v1/views/:view/replay", { schema: { params, body } }, async (request, reply) => {
    const view = viewNamed(engine, request.params.view).schema;
    const { name, schema, timeZone } = view;
    const { lateRows, rows, tooOld, dryRun } = await engine.late.replay(name, request.body.dryRun);
    const names = memberNames(schema);
    const head = {
      view: name,
      lateRows,
      changed: rows.length,
      tooOld: tooOld.map(({ startMs, endMs }) => ({
        start: formatInstantMs(toldMs(startMs, timeZone)),
        end: formatInstantMs(toldMs(endMs, timeZone)),
      })),
      dryRun,
    };
    const told = new ToldRows(view);
    const shown = rows.slice(0, rowsShownMax).map((row) => changeText(row, told, names));
    reply.type("application/json; charset=utf-8");
    return `${JSON.stringify(head).slice(0, -1)},"rows":[${shown.join(",")}]}`;
  });
}

function changeText({ before, after }: CorrectedRow, told: ToldRows, names: readonly string[]): string {
  const text = (row: ViewRow | undefined) => (row === undefined ? "null" : rowJson(told.row(row), names));
  return `{"before":${text(before)},"after":${text(after)}}`;
}
