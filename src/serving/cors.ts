/**
 * Pages of other origins that are let in, as the project's settings name them: some may read, some may send
 * events. Nothing is asked with credentials, and nobody else's page is answered.
 */
export interface CorsSettings {
  /** May read: every GET, the live socket, and queries. */
  readonly origins: readonly string[];
  /** May send events; only who may read too is told what becomes of them in a view. */
  readonly sendOrigins: readonly string[];
}

export const noCors: CorsSettings = { origins: [], sendOrigins: [] };

/** What a page may look at of an answer, beside its body. */
export const exposedHeaders =
  "ETag, Retry-After, Allow, Link, Content-Disposition, Quickwater-Rows, Quickwater-Step";
/** What it may send along. */
export const allowedHeaders = "Content-Type, Content-Encoding, Idempotency-Key, If-None-Match";
/** How long a browser may keep the answer to a preflight. */
export const preflightSeconds = 600;

const eventsPath = /^\/v1\/streams\/[^/]+\/events$/;

export function isOpenToOthers({ origins, sendOrigins }: CorsSettings): boolean {
  return origins.length + sendOrigins.length > 0;
}

/** The methods that a page of the origin may use on the path; none where it may not ask there. */
export function methodsFor(settings: CorsSettings, origin: string, url: string): readonly string[] {
  const [path, query] = url.split("?", 2) as [string, string | undefined];
  const reads = settings.origins.includes(origin);
  // With rows of a view in the answer it is reading too.
  const isAnswered = reads || !new URLSearchParams(query).has("wait");
  const sends = settings.sendOrigins.includes(origin) && eventsPath.test(path) && isAnswered;
  const posts = sends || (reads && path === "/v1/query");
  return [...(reads ? ["GET", "HEAD"] : []), ...(posts ? ["POST"] : [])];
}
