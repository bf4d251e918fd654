/**
 * The routes of what a project has, each by its own name: what a stream takes and what the rows of a view
 * look like, column by column. Made for each answer, since queries change while the server runs.
 */
import type { RowSchema } from "../../values/row-schema.ts";
import type { ViewSchema } from "../../views/view.ts";
import { exampleRow, type JsonSchema, rowSchema } from "./type-schemas.ts";
import { rowMarks, viewAnswerOf } from "./view-schemas.ts";

/** A stream that events are sent to. */
export interface TakenStream {
  readonly name: string;
  readonly schema: RowSchema;
}

/** One of the document's, as the plugin made it of the route. */
export interface PathOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly {
    readonly in: string;
    required?: boolean;
    readonly schema?: { readonly default?: unknown };
  }[];
  readonly responses: Readonly<Record<string, unknown>>;
  requestBody?: JsonSchema;
}

/** What a project adds to the document. */
export interface ProjectPaths {
  readonly paths: Record<string, JsonSchema>;
  /** Of the rows, by name. */
  readonly schemas: Record<string, JsonSchema>;
}

export function addStream(
  into: ProjectPaths,
  stream: TakenStream,
  general: PathOperation,
  nowMs: number,
): void {
  const row = addRow(into, `sent.${stream.name}`, rowSchema(stream.schema.columns, "sent"));
  into.paths[`/v1/streams/${encodeURIComponent(stream.name)}/events`] = {
    post: {
      ...ofOne(general, stream.name),
      requestBody: eventBody(row, exampleRow(stream.schema.columns, nowMs)),
    },
  };
}

export function addView(into: ProjectPaths, { name, schema }: ViewSchema, general: PathOperation): void {
  const written = rowSchema(schema.columns, "written") as { properties: object; required?: string[] };
  const row = addRow(into, `shown.${name}`, {
    ...written,
    properties: { ...written.properties, ...rowMarks },
    required: [...(written.required ?? []), ...Object.keys(rowMarks)],
  });
  const content = { "application/json": { schema: viewAnswerOf(row) } };
  const responses = { ...general.responses, 200: { description: "The rows.", content } };
  into.paths[`/v1/views/${encodeURIComponent(name)}`] = { get: { ...ofOne(general, name), responses } };
}

/** Names of components hold nothing but letters, digits, points, lines and underscores. */
function addRow({ schemas }: ProjectPaths, name: string, schema: JsonSchema): JsonSchema {
  const component = encodeURIComponent(name).replaceAll(/[^\w.-]/g, "_");
  schemas[component] = schema;
  return { $ref: `#/components/schemas/${component}` };
}

/** Of events, of whatever columns where it is not known which. */
export function eventBody(row: JsonSchema, example?: unknown): JsonSchema {
  const shown = example === undefined ? {} : { example };
  const lines = example === undefined ? {} : { example: `${JSON.stringify(example)}\n` };
  const events = { anyOf: [row, { type: "array", items: row }] };
  return {
    required: true,
    content: {
      "application/json": { schema: events, ...shown },
      "application/x-ndjson": {
        schema: { type: "string", description: "One object a line." },
        ...lines,
      },
    },
  };
}

function ofOne(general: PathOperation, name: string): PathOperation {
  return {
    ...general,
    operationId: `${general.operationId}_${encodeURIComponent(name).replaceAll(/[^\w]/g, "_")}`,
    summary: `${general.summary}: ${name}`,
    parameters: (general.parameters ?? []).filter((parameter) => parameter.in !== "path"),
  };
}
