/** What was taken of a request, and the answers that say so. */
import type { FastifyReply } from "fastify";
import { type QuickwaterError, quickwaterError } from "../errors/quickwater-error.ts";
import type { AppendAnswer, RowRejection } from "../log/event-log.ts";

/** An answer names this many rows at most; all of them are dead letters. */
const rejectedShownMax = 1_000;

type ShownRejection = Pick<RowRejection, "index" | "code" | "message">;

/** The sum of all parts; it does not grow with their number. */
export class TakenRows {
  accepted = 0;
  duplicates = 0;
  rejectedCount = 0;
  readonly rejected: ShownRejection[] = [];
  #brokenOff: QuickwaterError | undefined;

  get count(): number {
    return this.accepted + this.duplicates + this.rejectedCount;
  }

  add({ accepted, duplicates, rejected }: AppendAnswer): void {
    this.accepted += accepted;
    this.duplicates += duplicates;
    this.rejectedCount += rejected.length;
    for (const { index, code, message } of rejected) {
      if (this.rejected.length === rejectedShownMax) return;
      this.rejected.push({ index, code, message });
    }
  }

  /** The request could not be taken further: what it says was taken are its first rows. */
  breakOff(error: QuickwaterError): void {
    this.#brokenOff = error;
  }

  /** It was taken to its end, and there is something that a view can take. */
  get isTaken(): boolean {
    return this.#brokenOff === undefined && (this.accepted > 0 || this.duplicates > 0);
  }

  /** `wait` is the JSON of what a view says of it. */
  answer(reply: FastifyReply, wait?: string): object | string {
    const { accepted, duplicates, rejected, rejectedCount } = this;
    const cut = rejectedCount > rejected.length ? { rejectedCount } : {};
    const taken = { accepted, duplicates, rejected, ...cut };
    if (this.#brokenOff !== undefined) return this.#answerBrokenOff(reply, this.#brokenOff);
    if (!this.isTaken) {
      // A sender that looks at the status alone must not take a wholly rejected body for a success.
      const details = { count: rejectedCount, first: rejected[0]!.message };
      return sendProblem(reply, quickwaterError("request.all-rejected", details), taken);
    }
    if (wait === undefined) return taken;
    reply.type("application/json; charset=utf-8");
    return `${JSON.stringify(taken).slice(0, -1)},"wait":${wait}}`;
  }

  #answerBrokenOff(reply: FastifyReply, error: QuickwaterError): FastifyReply {
    const { accepted, duplicates, rejected, rejectedCount } = this;
    if (error.status === 429 || error.status === 503) reply.header("retry-after", 1);
    if (error.code === "request.too-slow") reply.header("connection", "close");
    return sendProblem(reply, error, { accepted, duplicates, rejected, rejectedCount });
  }
}

function sendProblem(reply: FastifyReply, error: QuickwaterError, taken: object): FastifyReply {
  return reply
    .status(error.status)
    .type("application/problem+json")
    .send({
      type: `urn:quickwater:error:${error.code}`,
      title: error.message,
      status: error.status,
      detail: error.hint,
      code: error.code,
      ...taken,
    });
}
