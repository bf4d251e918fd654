/**
 * Who may ask. Until there are keys the server answers this machine only, and also not every page that a
 * browser on this machine has open: a foreign page must not read or write through its visitor's browser.
 */
import type { FastifyInstance } from "fastify";
import { quickwaterError } from "../errors/quickwater-error.ts";

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

export function registerAccess(app: FastifyInstance): void {
  app.addHook("onRequest", async (request) => {
    const host = request.headers.host ?? "";
    // A name that merely points to this machine is how a foreign page gets past the browser's own rule.
    if (!isLoopback(hostnameOf(`http://${host}`))) throw quickwaterError("request.foreign-host", { host });
    const { origin } = request.headers;
    if (origin !== undefined && !isSameOrigin(origin, host)) {
      throw quickwaterError("request.foreign-origin", { origin });
    }
  });
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}

function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === new URL(`http://${host}`).host;
}
