/**
 * The log without its thread, by a clock that stands until it is moved: what `log-thread.ts` does when a
 * message or its timer comes is done at once, and is on its disk when a call returns.
 */
import type { TableDefinition } from "../catalog/catalog.ts";
import type { DerivedRows } from "../dataflow/runtime/derived-stream.ts";
import { type WrittenStreams, writtenOf } from "../dataflow/runtime/engine-queries.ts";
import type { Beginning } from "../dataflow/runtime/ledger-book.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { assert, QuickwaterError } from "../errors/quickwater-error.ts";
import type { AppendAnswer, AppendRequest, DeclaredStream } from "../log/event-log.ts";
import type { FileLayer } from "../log/journal/file-layer.ts";
import { type LogReply, LogService } from "../log/journal/log-service.ts";
import type { LogSettings } from "../log/log-settings.ts";
import { padding } from "../values/json/scan.ts";

export interface VirtualLogOptions {
  readonly files: FileLayer;
  readonly folder: string;
  readonly tables: readonly TableDefinition[];
  readonly settings: LogSettings;
  readonly nowMs: number;
}

export class VirtualLog {
  readonly service: LogService;
  nowMs: number;
  #tables: readonly TableDefinition[];

  constructor({ files, folder, tables, settings, nowMs }: VirtualLogOptions) {
    this.nowMs = nowMs;
    this.service = new LogService(files, folder, () => this.nowMs, settings);
    this.service.declare(tables);
    this.#tables = tables;
  }

  get declared(): readonly DeclaredStream[] {
    return this.service.declare(this.#tables);
  }

  /** What each stream holds, and who wrote it. */
  get written(): WrittenStreams {
    return writtenOf(this.declared);
  }

  declare(tables: readonly TableDefinition[]): void {
    this.#tables = [...this.#tables, ...tables];
  }

  /** From here on streams are written by others. */
  tell(beginnings: readonly Beginning[]): void {
    this.service.write(0, beginnings);
    this.#commit();
  }

  /** Rows that queries wrote. */
  write({ stream, rows }: DerivedRows): void {
    this.service.write(0, [{ stream, partition: 0, rows }]);
    this.#commit();
  }

  /** One request. Throws why it is refused as a whole. */
  append({ chunks, ...request }: AppendRequest): AppendAnswer {
    const content = Buffer.concat(chunks);
    const body = new Uint8Array(content.length + padding);
    body.set(content);
    this.service.take({ ...request, id: 0, body, length: content.length });
    const [reply] = this.#commit();
    this.service.tidy();
    assert(reply !== undefined, "a request was not answered");
    if ("error" in reply) throw new QuickwaterError(reply.error.code as ErrorCode, reply.error.params);
    return reply.answer as AppendAnswer;
  }

  tick(nowMs: number): void {
    this.nowMs = nowMs;
    this.service.tick();
    this.#commit();
  }

  #commit(): readonly LogReply[] {
    return this.service.commit();
  }
}
