/**
 * PARSE_URL: a part of a URL as java.net.URL divides it, which is less strict than a browser: it looks for
 * `#`, `?`, `//`, `@` and `:` and changes nothing but the dots of a path. What it cannot divide, or a
 * protocol that it does not know, is NULL.
 */
import type { SqlValue } from "../../values/sql-value.ts";
import { computedFunction, resolveShape, string, takeText } from "./computed-function.ts";
import type { ScalarFunction } from "./scalar-function.ts";

interface Url {
  readonly PROTOCOL: string;
  readonly HOST: string;
  readonly PATH: string;
  readonly QUERY: string | null;
  readonly REF: string | null;
  readonly FILE: string;
  readonly AUTHORITY: string | null;
  readonly USERINFO: string | null;
}

const protocols: ReadonlySet<string> = new Set(["http", "https", "ftp", "file"]);
const parts: readonly string[] = [
  "PROTOCOL",
  "HOST",
  "PATH",
  "QUERY",
  "REF",
  "FILE",
  "AUTHORITY",
  "USERINFO",
] satisfies (keyof Url)[];

export const urlFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "PARSE_URL",
    takes: "a URL, the part that is wanted (HOST, QUERY, …), and of QUERY optionally a key",
    resolve: (given) =>
      resolveShape(given, {
        takes: [takeText, takeText, takeText],
        optional: 1,
        result: string,
        mayBeNull: true,
      }),
    prepare: () => parseUrl,
  }),
];

function parseUrl(text: string, part: string, key?: string): SqlValue {
  if (!parts.includes(part) || (key !== undefined && part !== "QUERY")) return null;
  const url = readUrl(text);
  if (url === undefined) return null;
  if (key === undefined) return url[part as keyof Url];
  const pair = url.QUERY?.split("&").find((each) => each.startsWith(`${key}=`));
  return pair === undefined ? null : pair.slice(key.length + 1);
}

function readUrl(written: string): Url | undefined {
  const text = written.replace(/^[\0-\x20]+|[\0-\x20]+$/g, "").replace(/^url:/i, "");
  const [, scheme, rest] = /^([A-Za-z][A-Za-z0-9+.-]*):([\s\S]*)$/.exec(text) ?? [];
  const protocol = scheme?.toLowerCase();
  if (protocol === undefined || rest === undefined || !protocols.has(protocol)) return undefined;
  const [withoutRef, ref] = divide(rest, "#");
  const [address, query] = divide(withoutRef, "?");
  let path = address;
  let authority: string | null = null;
  if (address.startsWith("//")) {
    const end = address.indexOf("/", 2);
    authority = end < 0 ? address.slice(2) : address.slice(2, end);
    path = end < 0 ? "" : address.slice(end);
  }
  const host = hostOf(authority ?? "");
  if (host === undefined) return undefined;
  const at = authority?.indexOf("@") ?? -1;
  const PATH = withoutDots(path);
  return {
    PROTOCOL: protocol,
    HOST: host,
    PATH,
    QUERY: query,
    REF: ref,
    FILE: query === null ? PATH : `${PATH}?${query}`,
    AUTHORITY: authority,
    USERINFO: at >= 0 && at === authority?.lastIndexOf("@") ? authority.slice(0, at) : null,
  };
}

function divide(text: string, mark: string): readonly [string, string | null] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/** Undefined where the port is no number or an address in brackets does not end. */
function hostOf(authority: string): string | undefined {
  const at = authority.indexOf("@");
  // Two of them: nobody knows which one divides, and Java answers an empty host.
  if (at !== authority.lastIndexOf("@")) return "";
  const place = authority.slice(at + 1);
  const bracketed = /^(\[[\da-fA-F:.%\w]+\])(?::(\d*))?$/.exec(place);
  if (place.startsWith("[")) return bracketed?.[1];
  const [host, port] = divide(place, ":");
  return port === null || /^\d*$/.test(port) ? host : undefined;
}

/** `/a/./b/../c` is `/a/c`; what would lead above the root stays. */
function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split("/");
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    const before = kept.at(-1);
    if (segment === "." && index > 0) {
      if (isLast) kept.push("");
    } else if (segment === ".." && kept.length > 1 && before !== "..") {
      kept.pop();
      if (isLast) kept.push("");
    } else {
      kept.push(segment);
    }
  }
  return kept.join("/");
}
