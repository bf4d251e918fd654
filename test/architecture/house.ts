/**
 * The map of the house as data: which room stands above which, and who may pass where (docs: DESIGN §1). A
 * room is a folder of `src/`, or one of the composition roots `src/engine.ts`, `src/server.ts`,
 * `src/index.ts`. To allow a new passage, add a row here with its reason; nothing else has to change.
 */

/**
 * From the top down. A room may import itself and every room in a lower row; rooms of one row are
 * strangers.
 */
export const LAYERS: readonly (readonly string[])[] = [
  ["cli", "server"],
  ["rehearsal"],
  ["ingest", "serving", "alerting", "history", "project", "simulate", "flink", "monitor", "client", "index"],
  ["engine"],
  ["views", "connectors", "dataflow"],
  ["sql", "state", "log"],
  ["catalog", "functions"],
  ["values", "errors"],
];

export interface Passage {
  /** A room (`views`) or one file (`connectors/connector.ts`). */
  readonly to: string;
  readonly typesOnly: boolean;
}

const all = (to: string): Passage => ({ to, typesOnly: false });
const types = (to: string): Passage => ({ to, typesOnly: true });

/** What is allowed within a row, on top of the layers. */
export const NEIGHBOURS: readonly { from: string; to: Passage; because: string }[] = [
  { from: "cli", to: all("server"), because: "`quickwater start` runs the server" },
  { from: "dataflow", to: all("views"), because: "the data path: a plan's last stage writes a view" },
  {
    from: "dataflow",
    to: all("connectors/connector.ts"),
    because: "dataflow knows connectors by their contract only",
  },
  {
    from: "project",
    to: types("simulate/simulator-spec.ts"),
    because: "a project's simulators are read into the descriptions that simulate/ runs",
  },
  {
    from: "project",
    to: types("simulate/world-spec.ts"),
    because: "so are its worlds",
  },
  {
    from: "project",
    to: types("serving/endpoints/endpoint.ts"),
    because: "a project's endpoints are read into the descriptions that serving/ answers by",
  },
  {
    from: "project",
    to: types("serving/metrics/metric.ts"),
    because: "so are its metrics",
  },
  {
    from: "project",
    to: types("history/analyses/segments.ts"),
    because: "the rules of its segments are data that history judges by",
  },
  {
    from: "project",
    to: types("serving/pages.ts"),
    because: "the pages of its dashboard are read into what the browser gets",
  },
  {
    from: "project",
    to: types("serving/dashboard/written-page.ts"),
    because: "against what serving/ has for them",
  },
  { from: "monitor", to: types("serving/answers.ts"), because: "health is an answer of the wire too" },
  { from: "monitor", to: types("serving/chronicle.ts"), because: "and so is what happened to the server" },
  { from: "catalog", to: types("functions"), because: "the catalog lists functions by name and signature" },
  { from: "values", to: all("errors"), because: "a value that cannot be read is a catalogue error" },
];

/** Rooms and files that see less than their row would let them: this list is all they may import. */
export const NARROWED: readonly { from: string; sees: readonly Passage[]; because: string }[] = [
  {
    from: "serving/protocol.ts",
    sees: [types("values")],
    because: "the wire types travel into the browser, so they carry nothing with them",
  },
  {
    from: "serving/answers.ts",
    sees: [types("serving/protocol.ts"), types("values")],
    because: "so do the answers of routes",
  },
  {
    from: "serving/pages.ts",
    sees: [types("serving/protocol.ts")],
    because: "and so do the pages of the dashboard",
  },
  { from: "serving/chronicle.ts", sees: [], because: "and what happened to the server" },
  {
    from: "serving/explanation.ts",
    sees: [types("serving/answers.ts"), types("serving/protocol.ts")],
    because: "and how a row came to be",
  },
  {
    from: "client",
    sees: [
      all("serving/protocol.ts"),
      types("serving/answers.ts"),
      types("serving/pages.ts"),
      types("serving/chronicle.ts"),
      types("serving/explanation.ts"),
      types("values"),
      types("errors"),
    ],
    because: "the client runs in browsers and in other people's programs",
  },
  {
    from: "flink",
    sees: ["sql", "catalog", "values", "errors"].map(all),
    because: "Flink gets our SQL and our catalog, never our dataflow",
  },
  {
    from: "serving",
    sees: ["views", "history", "values", "errors"].map(all),
    because: "results are seen only through `views/` and `history/`; `server.ts` hands the rest in",
  },
  {
    from: "alerting",
    sees: ["views", "history", "values", "errors"].map(all),
    because: "results are seen only through `views/` and `history/`; `server.ts` hands the rest in",
  },
  {
    from: "dashboard",
    sees: [
      all("client"),
      all("serving/protocol.ts"),
      types("serving/answers.ts"),
      types("serving/pages.ts"),
      types("serving/chronicle.ts"),
      types("serving/explanation.ts"),
      types("values"),
    ],
    because: "the dashboard is one more user of the public client",
  },
];

/** Files outside `src/` that code inside it may still read. */
export const OUTSIDE_SRC: readonly string[] = ["package.json"];

/** Rooms that compute and touch nothing: no disk, network, threads, clock or randomness. */
export const PURE_ROOMS: readonly string[] = ["sql", "functions", "values", "errors", "catalog"];

/** The Node modules that a pure room may still use, because they only compute. */
export const PURE_BUILTINS: readonly string[] = [
  "node:assert",
  "node:assert/strict",
  "node:buffer",
  "node:util",
  "node:crypto", // the hash functions of SQL (MD5, SHA2): same input, same output
];

/** Rooms and files that also run in a browser: no Node module at all. */
export const BROWSER: readonly string[] = [
  "client",
  "serving/protocol.ts",
  "serving/answers.ts",
  "serving/pages.ts",
  "serving/chronicle.ts",
  "serving/explanation.ts",
  "dashboard",
];

/** The room of a path: a folder of `src/`, a composition root, `dashboard`; otherwise the first folder. */
export function roomOf(path: string): string {
  const [first, second, ...deeper] = path.split("/");
  if (first !== "src" || second === undefined) return first ?? "";
  return deeper.length > 0 ? second : second.replace(/\.ts$/, "");
}

/** The row of a room, counted from the top; undefined for a room that the map does not know. */
export function layerOf(room: string): number | undefined {
  const layer = LAYERS.findIndex((rooms) => rooms.includes(room));
  return layer === -1 ? undefined : layer;
}

/** Does `place` (a room, or a file under `src/`) hold the path? */
export function holds(place: string, path: string): boolean {
  return place.includes("/") ? path === `src/${place}` : roomOf(path) === place;
}
