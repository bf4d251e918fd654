/** What main and the log thread say to each other. Bodies travel by transfer, never by copy. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { AppendRequest, DeclaredStream, LogEntry, StreamId } from "../event-log.ts";
import type { LogSettings } from "../log-settings.ts";
import type { KeeperOptions } from "./journal-keeper.ts";
import type { LogReply } from "./log-service.ts";
import type { PostedError } from "./posted-error.ts";

export interface LogThreadData {
  readonly folder: string;
  readonly settings: LogSettings;
  readonly flushed: SharedArrayBuffer;
  readonly books: SharedArrayBuffer;
}

export interface KeeperThreadData {
  readonly folder: string;
  /** The pass ends when this is not 0. */
  readonly stop: SharedArrayBuffer;
}

export type ToKeeper =
  | ({ readonly type: "pass" } & Omit<KeeperOptions, "mayGoOn">)
  | { readonly type: "close" };

/** What went wrong, or up to where replaced rows of which streams are gone. */
export type FromKeeper =
  | { readonly problem: PostedError }
  | { readonly compacted: ReadonlyMap<StreamId, number> };

export type ToLog =
  | { readonly type: "declare"; readonly id: number; readonly tables: readonly TableDefinition[] }
  | ({ readonly type: "append"; readonly id: number } & AppendRequest)
  | { readonly type: "write"; readonly id: number; readonly entries: readonly LogEntry[] }
  | { readonly type: "close" };

export type FromLog =
  | { readonly type: "ready"; readonly lastStep: number; readonly cutBytes: number }
  | { readonly type: "cannot-open"; readonly error: PostedError }
  | { readonly type: "declared"; readonly id: number; readonly declarations: readonly DeclaredStream[] }
  | { readonly type: "refused"; readonly id: number; readonly error: PostedError }
  | { readonly type: "replies"; readonly replies: readonly LogReply[] }
  | { readonly type: "failed"; readonly error: PostedError };
