/**
 * Each package has its rooms (DESIGN §8), pure rooms touch nothing outside, and what ships is a dependency.
 */
import { isBuiltin } from "node:module";
import type { CodeFile, Reference } from "./code-file.ts";
import { BROWSER, holds, PURE_BUILTINS, PURE_ROOMS, roomOf } from "./house.ts";
import type { Violation } from "./law.ts";
import { isTest, type SourceTree } from "./source-tree.ts";

/**
 * Package → the rooms that may import it. `optional`: an optional peer, loaded by `import()` when first
 * used.
 */
const PACKAGES: readonly {
  readonly names: readonly string[];
  readonly rooms: readonly string[];
  readonly optional?: true;
}[] = [
  {
    names: [
      "fastify",
      "@fastify/swagger",
      "@fastify/swagger-ui",
      "@fastify/websocket",
      "@fastify/rate-limit",
      "ws",
    ],
    rooms: ["serving", "ingest", "monitor", "server"],
  },
  { names: ["@fastify/type-provider-typebox"], rooms: ["serving", "ingest", "server"] },
  {
    names: ["typebox"],
    rooms: ["serving", "ingest", "server", "project", "simulate", "alerting", "connectors"],
  },
  { names: ["yaml"], rooms: ["project", "simulate"] },
  { names: ["pino"], rooms: ["server", "cli", "monitor"] },
  { names: ["prom-client"], rooms: ["serving", "monitor"] },
  { names: ["nodemailer"], rooms: ["alerting"] },
  { names: ["@duckdb/node-api"], rooms: ["history", "rehearsal"] },
  { names: ["@platformatic/kafka"], rooms: ["connectors", "log"], optional: true },
  { names: ["postgres", "ioredis", "@aws-sdk/client-s3", "mongodb"], rooms: ["connectors"], optional: true },
  { names: ["react", "react-dom", "@base-ui/react", "uplot", "echarts"], rooms: ["dashboard"] },
  {
    names: ["@tanstack/react-query", "@tanstack/react-router", "@tanstack/react-table"],
    rooms: ["dashboard"],
  },
  {
    names: ["codemirror", "@codemirror/*", "@lezer/*", "tailwindcss", "@tailwindcss/vite"],
    rooms: ["dashboard"],
  },
  { names: ["vite", "@vitejs/plugin-react"], rooms: ["dashboard"] },
];

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

type Objection = Pick<Violation, "what" | "instead">;

export function packages(tree: SourceTree): Violation[] {
  const manifest = JSON.parse(tree.texts.get("package.json") ?? "{}") as Manifest;
  return tree.code.flatMap((file) =>
    file.references
      .filter(({ specifier }) => !/^[./]/.test(specifier) && !/^(?:https?|data|virtual):/.test(specifier))
      .flatMap((reference) => {
        const objection = isBuiltin(reference.specifier)
          ? objectionToBuiltin(file, reference)
          : objectionToPackage(file, reference, manifest);
        return objection === undefined ? [] : [{ file: file.path, line: reference.line, ...objection }];
      }),
  );
}

/**
 * Code that ships: it may use only what its room is given. Tests, benchmarks and scripts use what is
 * installed.
 */
function ships({ path }: CodeFile): boolean {
  return /^(?:src|dashboard)\//.test(path) && !isTest(path) && !/\.config\.ts$/.test(path);
}

function objectionToBuiltin(file: CodeFile, { specifier }: Reference): Objection | undefined {
  if (!ships(file)) return undefined;
  const name = specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  if (BROWSER.some((place) => holds(place, file.path))) {
    return {
      what: `${name} does not exist in a browser, where this file runs`,
      instead: "Use what browsers and Node share (fetch, WebSocket, TextEncoder, crypto.subtle).",
    };
  }
  const room = roomOf(file.path);
  if (!PURE_ROOMS.includes(room) || PURE_BUILTINS.includes(name)) return undefined;
  return {
    what: `${room} is a pure room and may not touch ${name}`,
    instead: "Take the outside world as an argument (a reader, a clock), and let a room above supply it.",
  };
}

function objectionToPackage(file: CodeFile, reference: Reference, manifest: Manifest): Objection | undefined {
  const name = packageName(reference.specifier);
  const installed = { ...manifest.dependencies, ...manifest.devDependencies };
  if (!(name in installed) && !(`@types/${name}` in installed && reference.kind === "type")) {
    return {
      what: `"${name}" is not in package.json`,
      instead: "Write a relative path, or, if a package is really needed, decide it first (DESIGN §8).",
    };
  }
  if (!ships(file)) return undefined;
  const entry = PACKAGES.find(({ names }) => names.some((pattern) => matches(pattern, name)));
  const room = roomOf(file.path);
  if (entry?.rooms.includes(room))
    return objectionToShipping(name, room, reference, manifest, entry.optional);
  const rooms = entry?.rooms.map((each) => `${each}/`).join(", ") ?? "no room";
  return {
    what: `${room} may not import "${name}", which belongs to ${rooms}`,
    instead: "Go through that room's own interface; the table is PACKAGES in test/architecture/packages.ts.",
  };
}

/** Types vanish and the dashboard is bundled; all else must be there when a user installs Quickwater. */
function objectionToShipping(
  name: string,
  room: string,
  { kind }: Reference,
  manifest: Manifest,
  optional: true | undefined,
): Objection | undefined {
  if (kind === "type" || room === "dashboard" || name in (manifest.dependencies ?? {})) return undefined;
  if (optional === undefined) {
    return {
      what: `"${name}" is imported by src/ but is only a development dependency`,
      instead: `Move it to "dependencies": who installs Quickwater would not have it.`,
    };
  }
  if (kind === "lazy" && manifest.peerDependenciesMeta?.[name]?.optional === true) return undefined;
  return {
    what: `"${name}" is an optional driver and must be loaded when first used`,
    instead:
      `Use \`await import("${name}")\` inside the connector (types by \`import type\`), and list it in ` +
      "package.json under peerDependencies and, as optional, under peerDependenciesMeta.",
  };
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("/*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
