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

  /** Of a request that was taken to its end. */
  answer(reply: FastifyReply): object {
    const { accepted, duplicates, rejected, rejectedCount } = this;
    const cut = rejectedCount > rejected.length ? { rejectedCount } : {};
    if (accepted > 0 || duplicates > 0) return { accepted, duplicates, rejected, ...cut };
    // A sender that looks at the status alone must not take a wholly rejected body for a success.
    const error = quickwaterError("request.all-rejected", {
      count: rejectedCount,
      first: rejected[0]!.message,
    });
    return sendProblem(reply, error, { accepted, duplicates, rejected, ...cut });
  }

  /** Of one that could not be taken further: what it says was taken are its first rows. */
  answerBrokenOff(reply: FastifyReply, error: QuickwaterError): FastifyReply {
    const { accepted, duplicates, rejected, rejectedCount } = this;
    if (error.status === 429 || error.status === 503) reply.header("retry-after", 1);
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
