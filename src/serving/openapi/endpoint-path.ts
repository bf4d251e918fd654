/** An endpoint of the project in `/openapi.json`: its parameters with their limits, its rows by column. */
import { type Parameter, valueText } from "../../values/parameter.ts";
import { mediaTypes } from "../answer-format.ts";
import { ownParametersOf } from "../endpoints/asked-endpoint.ts";
import { type Endpoint, placeholderOf, segmentsOf } from "../endpoints/endpoint.ts";
import type { ProjectPaths } from "./project-paths.ts";
import { type JsonSchema, rowSchema } from "./type-schemas.ts";

/** `problem`: what an answer is that is none. */
export function addEndpoint(into: ProjectPaths, endpoint: Endpoint, problem: JsonSchema): void {
  const { path, summary, description, parameters, answer } = endpoint;
  const placed = segmentsOf(path).map(placeholderOf);
  const all = [...parameters, ...ownParametersOf(endpoint)];
  const row = rowSchema(endpoint.columns.columns, "written");
  const unchanged = { description: "Nothing has changed since the answer with the ETag of If-None-Match." };
  into.paths[path] = {
    get: {
      operationId: `endpoint_${path.slice(1).replaceAll(/\W+/g, "_")}`,
      tags: ["Endpoints"],
      summary,
      ...(description === undefined ? {} : { description }),
      parameters: all.map((parameter) =>
        described(parameter, placed.includes(parameter.name) ? "path" : "query"),
      ),
      responses: {
        200: answerOf(row, answer),
        ...(answer.kind === "export" ? {} : { 304: unchanged }),
        default: problem,
      },
    },
  };
}

function answerOf(row: JsonSchema, answer: Endpoint["answer"]): JsonSchema {
  switch (answer.kind) {
    case "list":
      return listAnswer(row, answer.paging !== undefined);
    case "first":
      return firstAnswer(row, answer.none);
    case "export":
      return exportAnswer(row);
  }
}

/** Of all that it may be only JSON tells its columns. */
function exportAnswer(row: JsonSchema): JsonSchema {
  const text = { schema: { type: "string" } };
  const { json, ...others } = mediaTypes;
  const forms = Object.values(others).map((type) => [type.split(";")[0]!, text]);
  const rows = { schema: { type: "array", items: row } };
  return {
    description: "All rows, streamed. An answer that breaks off is not whole.",
    content: { [json.split(";")[0]!]: rows, ...Object.fromEntries(forms) },
  };
}

function listAnswer(row: JsonSchema, isPaged: boolean): JsonSchema {
  const link = {
    description: 'The next page, as rel="next", where there is one.',
    schema: { type: "string" },
  };
  return {
    description: "The rows.",
    ...(isPaged ? { headers: { link } } : {}),
    content: {
      "application/json": { schema: { type: "array", items: row } },
      "text/csv": { schema: { type: "string", description: "A header, then a record a row." } },
    },
  };
}

/** What stands for no row may look otherwise. */
function firstAnswer(row: JsonSchema, none: string | undefined): JsonSchema {
  const schema = none === undefined ? row : { anyOf: [row, { const: JSON.parse(none) as unknown }] };
  return { description: "The row.", content: { "application/json": { schema } } };
}

function described(parameter: Parameter, place: "path" | "query"): JsonSchema {
  const { name, description, fallback } = parameter;
  return {
    name,
    in: place,
    required: fallback === undefined,
    ...(description === undefined ? {} : { description }),
    schema: parameterSchema(parameter),
  };
}

function parameterSchema(parameter: Parameter): JsonSchema {
  const { kind, fallback, min, max, lengthMax, oneOf } = parameter;
  const isNumber = kind === "integer" || kind === "decimal";
  const json = (value: NonNullable<typeof min>) => {
    const text = valueText(kind, value);
    return isNumber ? Number(text) : kind === "boolean" ? value : text;
  };
  return {
    ...kindSchema(parameter),
    ...(kind === "string" && oneOf.length === 0 ? { maxLength: lengthMax } : {}),
    ...(fallback == null ? {} : { default: json(fallback) }),
    ...(oneOf.length === 0 ? {} : { enum: oneOf.map((value) => json(value!)) }),
    ...(isNumber && min != null ? { minimum: json(min) } : {}),
    ...(isNumber && max != null ? { maximum: json(max) } : {}),
  };
}

function kindSchema({ kind }: Parameter): JsonSchema {
  switch (kind) {
    case "integer":
      return { type: "integer", format: "int64" };
    case "decimal":
      return { type: "number" };
    case "boolean":
      return { type: "boolean" };
    case "timestamp":
      return { type: "string", format: "date-time" };
    case "date":
      return { type: "string", format: "date" };
    case "string":
      return { type: "string" };
  }
}
