/**
 * Exports on their way to clients: so many at once, each no longer than it may take, and each told in the
 * log with who took how much, since rows of people may leave here. A client that goes away ends the work; one
 * that reads slowly makes it wait.
 */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { ExportQuery } from "../../history/export/export-messages.ts";
import type { HistoryClient } from "../../history/history-client.ts";
import { mediaTypes, type RowFormat } from "../answer-format.ts";
import type { ExportSettings } from "./export-settings.ts";

/** What goes out. */
export interface Outgoing {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Undefined where nobody has counted them. */
  readonly rowCount: number | undefined;
  readonly step: number;
  /** How many rows have gone out so far. */
  readonly rowsSent: () => number;
}

export interface NamedExport {
  /** Of what, and a part of the file's name. */
  readonly name: string;
  readonly format: RowFormat;
}

export class Exporting {
  readonly settings: ExportSettings;
  readonly #history: HistoryClient | undefined;
  #running = 0;

  constructor(settings: ExportSettings, history: HistoryClient | undefined) {
    this.settings = settings;
    this.#history = history;
  }

  /** Answers with what `make` gives; a mistake that shows before the first byte is a problem document. */
  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    named: NamedExport,
    make: () => Promise<Outgoing>,
  ): Promise<FastifyReply> {
    const { atOnceMax: limit, runMsMax } = this.settings;
    if (this.#running >= limit) throw quickwaterError("request.too-many-exports", { limit });
    this.#running++;
    const begunMs = performance.now();
    try {
      const outgoing = await make();
      const { rowCount, step } = outgoing;
      let length = 0;
      const counted = counting(outgoing.pieces, (piece) => {
        length += piece.length;
      });
      const bytes = Readable.from(counted, { objectMode: false });
      const late = setTimeout(
        () => bytes.destroy(quickwaterError("request.export-timeout", { limit: runMsMax })),
        runMsMax,
      );
      bytes.once("close", () => {
        clearTimeout(late);
        this.#running--;
        const isWhole = bytes.readableEnded;
        tell(request, named, { rows: outgoing.rowsSent(), bytes: length, begunMs, isWhole });
      });
      reply.header("content-disposition", dispositionOf(named));
      reply.header("cache-control", "no-store");
      reply.header("quickwater-step", String(step));
      if (rowCount !== undefined) reply.header("quickwater-rows", String(rowCount));
      return reply.type(mediaTypes[named.format]).send(bytes);
    } catch (error) {
      this.#running--;
      throw error;
    }
  }

  /** Rows that the thread of history writes, until the client goes away. */
  async ofHistory(reply: FastifyReply, source: ExportQuery["source"], format: RowFormat): Promise<Outgoing> {
    const history = this.#history;
    if (history === undefined) throw quickwaterError("request.no-history", {});
    const reading = history.export({ source, format, runMsMax: this.settings.runMsMax });
    const leave = () => reading.leave();
    reply.raw.once("close", leave);
    const { rowCount, step } = await reading.head;
    return { pieces: reading.pieces(), rowCount, step, rowsSent: () => reading.rowCount };
  }
}

async function* counting(
  pieces: AsyncIterable<Uint8Array>,
  sent: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    sent(piece);
    yield piece;
  }
}

/** Who took what: told at any level of the log. */
function tell(
  { log, ip, headers }: FastifyRequest,
  { name, format }: NamedExport,
  {
    rows,
    bytes,
    begunMs,
    isWhole,
  }: Readonly<Record<"rows" | "bytes" | "begunMs", number>> & {
    readonly isWhole: boolean;
  },
): void {
  const ms = Math.round(performance.now() - begunMs);
  const by = { address: ip, agent: headers["user-agent"] ?? null, origin: headers.origin ?? null };
  const audit = log.child({}, { level: "info" });
  audit.info({ export: name, format, rows, bytes, ms, whole: isWhole, by }, "rows were exported");
}

/** `orders-2026-03-01T123000Z.csv`, whatever letters the name has. */
function dispositionOf({ name, format }: NamedExport): string {
  const at = `${new Date().toISOString().slice(0, 19).replaceAll(":", "")}Z`;
  const file = `${name.replaceAll(/[\\/]/g, "_")}-${at}.${format}`;
  const plain = file.replaceAll(/[^\w.-]/g, "_");
  const extended =
    plain === file ? "" : `; filename*=UTF-8''${encodeURIComponent(file).replaceAll("'", "%27")}`;
  return `attachment; filename="${plain}"${extended}`;
}
