/**
 * `GET /openapi.json`: every route with what it takes and answers, and each stream and view by its own
 * columns. `GET /docs` shows it, with a form to try each, from the server's own files.
 */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { assert } from "../../errors/quickwater-error.ts";
import type { ViewSchema } from "../../views/view.ts";
import type { Endpoint } from "../endpoints/endpoint.ts";
import { type ComponentName, components } from "./components.ts";
import { addEndpoint } from "./endpoint-path.ts";
import { type Answer, type Operation, operations, tags } from "./operations.ts";
import { addStream, addView, eventBody, type PathOperation, type TakenStream } from "./project-paths.ts";
import type { JsonSchema } from "./type-schemas.ts";

const docsPath = "/docs";
const anyRow = { type: "object", description: "By the stream's columns.", additionalProperties: true };
/** From the server itself only; the page sets styles on its own elements. */
const contentPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

/** The page has a dark look of its own: on where the reader wants it, now and from then on. */
const readersColours = `const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
`;

/** All that the document tells of a project. */
export interface DocumentedProject {
  readonly version: string;
  streams(): readonly TakenStream[];
  views(): readonly ViewSchema[];
  endpoints(): readonly Endpoint[];
}

/** The plugin's, as far as it is looked into. */
interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, PathOperation>>>>;
}

/** Before the routes are made. */
export async function registerOpenApi(app: FastifyInstance, project: DocumentedProject): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Quickwater",
        version: project.version,
        description: "Events in, live views out. Errors are problem documents with a code of the catalogue.",
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/" }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: { schemas: components as never },
    },
    transform: ({ schema, url, route }) => {
      if (isHidden(schema) || url.startsWith(docsPath)) return { url, schema: { hide: true } };
      const method = [route.method].flat()[0];
      const operation = operations[`${method} ${url}`];
      assert(operation !== undefined, `${method} ${url} has no place in operations.ts`);
      return { url, schema: { ...schema, ...described(operation) } };
    },
  });
  await app.register(swaggerUi, {
    routePrefix: docsPath,
    staticCSP: contentPolicy,
    theme: {
      title: "Quickwater · HTTP",
      js: [{ filename: "colours.js", content: readersColours }],
      css: [{ filename: "colours.css", content: ":root { color-scheme: light dark; }" }],
    },
    uiConfig: {
      docExpansion: "list",
      defaultModelsExpandDepth: 0,
      tryItOutEnabled: true,
      layout: "BaseLayout",
    },
    transformSpecification: () => documentOf(app, project) as never,
    transformSpecificationClone: false,
  });
  app.get("/openapi.json", async () => documentOf(app, project));
}

/** Of routes that only refuse, and of pages. */
function isHidden(schema: object | undefined): boolean {
  return schema !== undefined && "hide" in schema && schema.hide === true;
}

const problemAnswer = {
  description: "Not so, and why.",
  content: contentOf("application/problem+json", "Problem"),
};

function described({ id, tag, summary, description, answers }: Operation) {
  const responses = Object.entries(answers).map(([status, answer]) => [status, answerOf(answer)]);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    response: { ...Object.fromEntries(responses), default: problemAnswer },
  };
}

function answerOf({ what: description, component, mediaTypes = [] }: Answer): object {
  const json = component === undefined ? {} : contentOf("application/json", component);
  const others = Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: "string" } }]));
  const content = { ...json, ...others };
  return Object.keys(content).length === 0 ? { description } : { description, content };
}

function contentOf(mediaType: string, component: ComponentName): object {
  return { [mediaType]: { schema: { $ref: `#/components/schemas/${component}` } } };
}

function documentOf(app: FastifyInstance, project: DocumentedProject): object {
  const general = structuredClone(app.swagger()) as unknown as Document;
  const paths: Record<string, JsonSchema> = { ...general.paths };
  for (const [key, operation] of Object.entries(operations)) {
    const [method = "", path = ""] = key.split(" ");
    const at = path.replaceAll(/:(\w+)/g, "{$1}");
    const found = general.paths[at]?.[method.toLowerCase()];
    if (operation.isSocket) paths[at] = { [method.toLowerCase()]: socketOf(operation) };
    else if (found === undefined) assert(false, `${key} is no route of the server`);
    else complete(found, operation);
  }
  const into = { paths, schemas: { ...general.components.schemas } };
  const events = general.paths["/v1/streams/{stream}/events"]!.post!;
  const rows = general.paths["/v1/views/{view}"]!.get!;
  const nowMs = Date.now();
  for (const stream of project.streams()) addStream(into, stream, events, nowMs);
  for (const view of project.views()) addView(into, view, rows);
  for (const endpoint of project.endpoints()) addEndpoint(into, endpoint, problemAnswer);
  return { ...general, paths, components: { schemas: into.schemas } };
}

/** The plugin leaves these out. */
function socketOf(operation: Operation): JsonSchema {
  const { response, ...rest } = described(operation);
  return { ...rest, responses: response };
}

function complete(found: PathOperation, operation: Operation): void {
  if (operation.body === "events") found.requestBody = eventBody(anyRow);
  // What has a default need not be given.
  for (const parameter of found.parameters ?? []) {
    if (parameter.schema?.default !== undefined) parameter.required = false;
  }
}
