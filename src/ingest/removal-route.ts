/** `DELETE /v1/streams/{stream}/events/{key}`: the row of the key goes out of a table with a primary key. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { TableDefinition } from "../catalog/catalog.ts";
import type { Engine } from "../engine.ts";
import { quickwaterError } from "../errors/quickwater-error.ts";
import { type RowKey, removalColumns } from "../log/removal.ts";
import type { RowField, SqlType } from "../values/sql-type.ts";
import { answerTaken, waitParameters } from "./awaited-view.ts";
import { requestKeyOf } from "./event-routes.ts";
import { TakenRows } from "./taken-rows.ts";

const wholeNumber = /^-?(?:0|[1-9]\d*)$/;

const params = Type.Object({
  stream: Type.String(),
  // As the event of a GET, it is what the address ends with.
  id: Type.String({
    minLength: 1,
    description:
      "Of DELETE: the key of the row, as it is. Where it is of several columns, a JSON array of their " +
      "values in the order of PRIMARY KEY, or an object.",
  }),
});
const query = Type.Object(
  {
    at: Type.Optional(
      Type.String({
        format: "date-time",
        description: "Since when the row is gone, where the table has event time; now without it.",
      }),
    ),
    ...waitParameters.properties,
  },
  { additionalProperties: false },
);

export function registerRemovalRoute(app: FastifyInstance, engine: Engine): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const schema = { params, querystring: query };
  typed.delete("/v1/streams/:stream/events/:id", { schema }, async (request, reply) => {
    const { stream, id } = request.params;
    const { wait: view, waitMs, at } = request.query;
    const atMs = at === undefined ? Date.now() : Date.parse(at);
    const removal = engine.removal(stream, [keyOf(engine.stream(stream), id)], atMs, "http");
    const wait = view === undefined ? undefined : engine.waits.begin(stream, view);
    try {
      const taken = new TakenRows();
      taken.add(await engine.append({ ...removal, requestKey: requestKeyOf(request) }));
      return await answerTaken(reply, taken, wait, waitMs);
    } finally {
      wait?.end();
    }
  });
}

function keyOf(table: TableDefinition, text: string): RowKey {
  const { key } = removalColumns(table);
  const [only] = key;
  return key.length === 1 ? { [only!.name]: jsonValue(only!.type, text) } : severalOf(key, text);
}

function severalOf(key: readonly RowField[], text: string): RowKey {
  const names = key.map(({ name }) => name);
  const refuse = () => {
    const expected = `be a JSON array of ${names.join(", ")}, or an object of them`;
    return quickwaterError("request.bad-parameter", { name: "key", expected });
  };
  let read: unknown;
  try {
    read = JSON.parse(text, exactNumber);
  } catch {
    throw refuse();
  }
  if (typeof read !== "object" || read === null) throw refuse();
  const members = Array.isArray(read)
    ? read.map((value, place) => [names[place], value])
    : Object.entries(read);
  const isWhole = members.length === names.length && members.every(([name]) => names.includes(name));
  if (!isWhole) throw refuse();
  return Object.fromEntries(members);
}

/** A number that is rounded would name another row. */
function exactNumber(
  _name: string,
  value: unknown,
  { source = "" }: { readonly source?: string } = {},
): unknown {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && wholeNumber.test(source)
    ? BigInt(source)
    : value;
}

/** What is no value of the type stays a text, and is refused as one. */
function jsonValue({ kind }: SqlType, text: string): unknown {
  switch (kind) {
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "FLOAT":
    case "DOUBLE":
      return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
    case "BIGINT":
      return wholeNumber.test(text) ? BigInt(text) : text;
    case "BOOLEAN":
      return text === "true" || text === "false" ? text === "true" : text;
    default:
      return text;
  }
}
