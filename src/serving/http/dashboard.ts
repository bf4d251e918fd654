/**
 * The built dashboard: its files, and those that are packed beside them (`….br`), are read once, when the
 * server starts, and answered from memory. Any other path that a browser asks for as a page gets
 * `index.html`, because the app finds its pages by itself.
 */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { quickwaterError } from "../../errors/quickwater-error.ts";

interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  /** The same, packed; absent of what is short. */
  readonly brotli: Buffer | undefined;
  /** Names with a hash in them never change their content. */
  readonly immutable: boolean;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json; charset=utf-8",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};

/** Scripts and styles from the server itself only; charts set styles on their own elements. */
const contentPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

/** Answers false where there is no built dashboard in the folder: the API runs without it. */
export function registerDashboard(app: FastifyInstance, folder: string): boolean {
  const assets = readAssets(folder);
  const page = assets.get("/index.html");
  if (page === undefined) return false;
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split("?")[0] ?? "/";
    const asset = assets.get(path) ?? (isPage(request, path) ? page : undefined);
    if (asset === undefined) throw quickwaterError("request.unknown-route", { method: request.method, path });
    return send(request, reply, asset);
  };
  const schema = { hide: true } as object;
  app.get("/", { schema }, answer);
  app.get("/*", { schema }, answer);
  return true;
}

function isPage(request: FastifyRequest, path: string): boolean {
  const wantsPage = (request.headers.accept ?? "").includes("text/html");
  return path === "/" || (wantsPage && !path.startsWith("/v1/") && extname(path) === "");
}

function send(request: FastifyRequest, reply: FastifyReply, asset: Asset) {
  reply.type(asset.type).header("vary", "accept-encoding");
  reply.header("cache-control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  reply.header("content-security-policy", contentPolicy).header("x-content-type-options", "nosniff");
  const brotli = /\bbr\b/.test(request.headers["accept-encoding"] ?? "") ? asset.brotli : undefined;
  if (brotli === undefined) return reply.send(asset.bytes);
  return reply.header("content-encoding", "br").send(brotli);
}

function readAssets(folder: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  const files = new Set(listFiles(folder));
  for (const file of files) {
    const path = `/${relative(folder, file).split(sep).join("/")}`;
    const type = types[extname(file)];
    if (type === undefined) continue;
    const brotli = files.has(`${file}.br`) ? readFileSync(`${file}.br`) : undefined;
    assets.set(path, { type, bytes: readFileSync(file), brotli, immutable: path.startsWith("/assets/") });
  }
  return assets;
}

function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
