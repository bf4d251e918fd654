/** What an engine is opened with. */

import type { TableDefinition } from "../../catalog/catalog.ts";
import type { QuickwaterError } from "../../errors/quickwater-error.ts";
import type { AppendAnswer, AppendRequest } from "../../log/event-log.ts";
import { defaultLogSettings, type LogSettings } from "../../log/log-settings.ts";
import { type RowKey, removalLine } from "../../log/removal.ts";
import { utc } from "../../sql/bind/local-time.ts";
import type { EngineScript } from "./engine-script.ts";
import type { GivenQuerySettings } from "./query-messages.ts";

export const checkpointMsDefault = 10_000;

const utf8 = new TextEncoder();

export interface EngineOptions {
  /** Where events are kept. Without it they live in a folder of the system's that is removed at `close`. */
  readonly data?: string | undefined;
  /** Whose data the folder holds: it is not opened for a project of another name. */
  readonly project?: string | undefined;
  /** Tables and views to begin with: cheaper than adding them one by one to a journal that holds events. */
  readonly sql?: string | EngineScript | undefined;
  /** Between two checkpoints, in milliseconds; a folder of the system's has none. Default: 10,000. */
  readonly checkpointMs?: number | undefined;
  /** Of all its SQL, where no SET says another; default UTC. */
  readonly timeZone?: string | undefined;
  /** The bounds of queries over views. */
  readonly query?: GivenQuerySettings | undefined;
  readonly log?: { readonly [Name in keyof LogSettings]?: LogSettings[Name] | undefined } | undefined;
  /**
   * Called when a view was stopped by what its query computes; its rows stay as they are, the others go on.
   */
  readonly onViewFailure?: ((view: string, reason: string) => void) | undefined;
  /** Called with a sentence that who runs the engine should see: why it takes longer than it might. */
  readonly onNotice?: ((notice: string) => void) | undefined;
  /** Called when the engine cannot go on: the disk is full, a thread died. */
  readonly onFailure?: ((error: QuickwaterError) => void) | undefined;
}

export interface SendAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: AppendAnswer["rejected"];
}

export function sendAnswer({ accepted, duplicates, rejected }: AppendAnswer): SendAnswer {
  return { accepted, duplicates, rejected };
}

/** Events that a program sends as objects. */
export function sentRequest(stream: string, events: object | readonly object[]): AppendRequest {
  const lines = (Array.isArray(events) ? events : [events]).map((event) => JSON.stringify(event));
  return { stream, format: "ndjson", chunks: [utf8.encode(lines.join("\n"))], origin: "library" };
}

/** Rows that go. */
export function removalRequest(
  table: TableDefinition,
  keys: readonly RowKey[],
  since: Parameters<typeof removalLine>[2],
  origin: string,
): AppendRequest {
  const lines = keys.map((key) => removalLine(table, key, since));
  const chunks = [utf8.encode(lines.join("\n"))];
  return { stream: table.name, format: "ndjson", removes: true, chunks, origin };
}

/** Settings that are there and undefined mean the default too. */
export function logSettingsOf({ log = {}, timeZone = utc }: EngineOptions): LogSettings {
  const given = Object.entries(log).filter(([, value]) => value !== undefined);
  return { ...defaultLogSettings, timeZone, ...Object.fromEntries(given) };
}
