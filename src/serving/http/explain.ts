/** `GET /v1/explain/{view}`: the events behind one row, each with what it made of it. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { memberNames } from "../../values/row-text.ts";
import { isInteger, isTimestamp, type SqlType } from "../../values/sql-type.ts";
import { formatInstantMs } from "../../values/timestamp.ts";
import { rowJson } from "../../views/row-json.ts";
import { ToldRows } from "../../views/told-rows.ts";
import { keyText, type ViewRow, type ViewSchema } from "../../views/view.ts";
import type { ExplainAnswer, ExplainedChange } from "../explanation.ts";
import { type ViewDirectory, viewNamed } from "../view-directory.ts";
import { type StoredEvent, shownEvent, withEvent, withMember } from "./event-text.ts";
import { passedInstantOf } from "./instant.ts";

type StreamEvent = StoredEvent & { readonly stream: string };

interface RowChange {
  readonly cause: ExplainedChange<unknown>["cause"];
  readonly step: number;
  readonly atMs: number;
  readonly event: StreamEvent | undefined;
  readonly late: readonly { readonly event: StreamEvent; readonly lateByMs: number }[] | undefined;
  readonly before: ViewRow | undefined;
  readonly after: ViewRow | undefined;
}

/** All that this route knows of the engine. */
export interface ExplainedViews extends ViewDirectory {
  readonly past: {
    story(
      view: string,
      key: string,
      atMs: number,
    ): Promise<{
      readonly sql: string;
      readonly changes: readonly RowChange[];
      readonly changeCount: number;
      readonly row: ViewRow | undefined;
      readonly step: number;
      readonly streamsWithGaps: readonly string[];
    }>;
  };
}

const rowLengthMax = 8_192;

const query = Type.Object(
  {
    row: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: rowLengthMax,
        description:
          "The row's key as JSON: an object of the key's columns, or an array of their values in the order " +
          "of keyColumns. A view of one row has none.",
      }),
    ),
    at: Type.Optional(
      Type.String({
        format: "date-time",
        description: "A moment that has passed: the row as it was then.",
      }),
    ),
  },
  { additionalProperties: false },
);

export function registerExplainRoute(app: FastifyInstance, views: ExplainedViews): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const schema = { params: Type.Object({ view: Type.String() }), querystring: query };
  typed.get("/v1/explain/:view", { schema }, async (request, reply) => {
    const live = viewNamed(views, request.params.view);
    const { row: given, at } = request.query;
    const told = new ToldRows(live.schema);
    const keys = told.heldKeys(keyOf(live.schema, given));
    const key = keys.find((each) => live.row(each) !== undefined) ?? keys[0]!;
    const story = await views.past.story(
      live.schema.name,
      key,
      at === undefined ? Date.now() : passedInstantOf("at", at),
    );
    const { sql, row, step, streamsWithGaps, changeCount } = story;
    const isShown = live.row(key)?.text === row?.text;
    const head: Omit<ExplainAnswer, "row" | "changes"> = {
      view: live.schema.name,
      sql,
      key: told.key(key),
      step,
      agrees: at !== undefined || (!isShown && live.stepNumber > step) ? null : isShown,
      streamsWithGaps,
      changeCount,
    };
    const names = memberNames(live.schema.schema);
    const textOf = (of: ViewRow | undefined) => (of === undefined ? "null" : rowJson(told.row(of), names));
    const changes = story.changes.map((change) => changeText(change, textOf));
    reply.header("cache-control", "no-cache").type("application/json; charset=utf-8");
    return `${withMember(head, "row", textOf(row)).slice(0, -1)},"changes":[${changes.join(",")}]}`;
  });
}

function changeText(change: RowChange, textOf: (row: ViewRow | undefined) => string): string {
  const { cause, step, atMs, event, late, after } = change;
  const head = { effect: effectOf(change), cause, step, at: formatInstantMs(atMs) };
  const told = withMember(head, "event", event === undefined ? "null" : eventText(event));
  const lateTexts = late?.map((each) =>
    withMember({ lateByMs: each.lateByMs }, "event", eventText(each.event)),
  );
  const lateText = lateTexts === undefined ? "null" : `[${lateTexts.join(",")}]`;
  return `${told.slice(0, -1)},"late":${lateText},"row":${textOf(after)}}`;
}

function eventText(event: StreamEvent): string {
  return withEvent({ stream: event.stream, ...shownEvent(event) }, event.text);
}

function effectOf({ cause, before, after }: RowChange): ExplainedChange<unknown>["effect"] {
  if (after === undefined) return "left";
  if (cause === "correction") return "corrected";
  if (before === undefined) return "appeared";
  if (before.text !== after.text) return "changed";
  return after.final && !before.final ? "closed" : "touched";
}

/** As the view tells it; a wall clock has no `Z`. */
function keyOf({ schema, key }: ViewSchema, given: string | undefined): string {
  const columns = key.map((place) => schema.columns[place]!);
  if (columns.length === 0 && given === undefined) return "[]";
  const names = columns.map(({ name }) => JSON.stringify(name)).join(", ");
  const refuse = () => {
    const expected = `be the row's key as JSON, an object with ${names || "no member"}`;
    return quickwaterError("request.bad-parameter", { name: "row", expected });
  };
  let read: unknown;
  try {
    read = JSON.parse(given ?? "");
  } catch {
    throw refuse();
  }
  const members = read as Readonly<Record<string, unknown>>;
  const values = Array.isArray(read) ? read : columns.map(({ name }) => members?.[name]);
  const isWhole = values.length === columns.length && !values.includes(undefined);
  if (typeof read !== "object" || read === null || !isWhole) throw refuse();
  return keyText(columns.map(({ type }, place) => cellOf(values[place], type)));
}

function cellOf(value: unknown, type: SqlType): string {
  if (typeof value === "string" && isTimestamp(type) && type.precision <= 3) {
    const isInstant = /(?:Z|[+-]\d\d:\d\d)$/.test(value);
    const ms = Date.parse(isInstant ? value : `${value}Z`);
    const text = Number.isNaN(ms) ? value : formatInstantMs(ms);
    return JSON.stringify(isInstant || type.kind === "TIMESTAMP_LTZ" ? text : text.replace(/Z$/, ""));
  }
  // Beyond 2^53 a number has to be given as its digits.
  if (typeof value === "string" && isInteger(type) && /^-?\d+$/.test(value)) return value;
  return JSON.stringify(value);
}
