/** Reads what came over the socket, once: the rest of the client trusts the types of `protocol.ts`. */
import type { ServerMessage } from "../serving/protocol.ts";

/**
 * `unknown` is of a newer server and is ignored; `malformed` means that the two ends do not understand each
 * other.
 */
export type ReadMessage = ServerMessage | "unknown" | "malformed";

type Members = Readonly<Record<string, unknown>>;

/** For each type of message, the members that the client relies on. */
const checks: Readonly<Record<ServerMessage["type"], (members: Members) => boolean>> = {
  hello: (members) =>
    isNumber(members.protocol) &&
    isString(members.incarnation) &&
    isNumber(members.heartbeatMs) &&
    members.heartbeatMs > 0,
  snapshot: (members) =>
    isString(members.id) &&
    isString(members.view) &&
    isNumber(members.step) &&
    isString(members.resume) &&
    isListOf(members.columns, isColumn) &&
    isListOf(members.keyColumns, isNumber) &&
    isListOf(members.rows, isRow) &&
    isMore(members.more) &&
    isFreshness(members.freshness),
  delta: (members) =>
    isString(members.id) &&
    isNumber(members.step) &&
    isString(members.resume) &&
    isListOf(members.rows, isRow) &&
    isListOf(members.removed, isString) &&
    isMore(members.more) &&
    isFreshness(members.freshness),
  part: (members) =>
    isString(members.id) &&
    isListOf(members.rows, isRow) &&
    isListOf(members.removed, isString) &&
    isMore(members.more),
  stopped: (members) => isString(members.id) && isString(members.reason),
  heartbeat: (members) => isString(members.time) && isNumber(members.step),
  error: (members) =>
    (members.id === undefined || isString(members.id)) &&
    isString(members.code) &&
    isString(members.message) &&
    isString(members.hint),
  unsubscribed: (members) => isString(members.id),
};

export function readServerMessage(data: unknown): ReadMessage {
  const message = parse(data);
  if (!isObject(message) || !isString(message.type)) return "malformed";
  if (!Object.hasOwn(checks, message.type)) return "unknown";
  const isWhole = checks[message.type as ServerMessage["type"]](message);
  return isWhole ? (message as unknown as ServerMessage) : "malformed";
}

function parse(data: unknown): unknown {
  if (!isString(data)) return undefined;
  try {
    return JSON.parse(data);
  } catch {
    // Text that is no JSON is told by the caller, as malformed.
    return undefined;
  }
}

function isColumn(value: unknown): boolean {
  return isObject(value) && isString(value.name) && isString(value.type);
}

function isRow(value: unknown): boolean {
  return (
    isObject(value) &&
    isString(value.key) &&
    Array.isArray(value.values) &&
    typeof value.final === "boolean" &&
    isNumber(value.revision)
  );
}

function isFreshness(value: unknown): boolean {
  return isObject(value) && isTextOrNull(value.lastRowAt) && isTextOrNull(value.watermark);
}

function isMore(value: unknown): boolean {
  return value === undefined || value === true;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || isString(value);
}
