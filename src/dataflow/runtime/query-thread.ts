/**
 * A thread for queries, one after the other: it is asked, says which views' rows it needs, is given them, and
 * answers. It stays for the next one; main ends it where a query takes too long.
 */
import { parentPort } from "node:worker_threads";
import { assert, QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { StateFull } from "../../state/keyed-state.ts";
import { OperatorFailure } from "../operators/operator.ts";
import type { FromQuery, ToQuery } from "./query-messages.ts";
import { QueryRun } from "./query-run.ts";

const port = parentPort;
assert(port !== null, "a thread for queries was started without a parent");
const post = (message: FromQuery) => port.postMessage(message);
let asked: QueryRun | undefined;

port.on("message", (message: ToQuery) => {
  try {
    if (message.type === "rows") asked?.give(message);
    else if (message.type === "run") run();
    else if (message.type === "leave") port.close();
    else {
      asked = new QueryRun(message.query);
      post({ type: "needs", ...asked.reads });
    }
  } catch (error) {
    fail(error);
  }
});

function run(): void {
  const query = asked;
  assert(query !== undefined, "a thread was told to run what it was not asked");
  asked = undefined;
  query.run().then((answer) => post({ type: "done", answer }), fail);
}

/** What is not known here ends the thread: main tells who asked. */
function fail(error: unknown): void {
  asked = undefined;
  const known = knownError(error);
  if (known === undefined) {
    queueMicrotask(() => {
      throw error;
    });
    return;
  }
  const { code, params, position, suggestion } = known;
  post({ type: "failed", code, params, position, suggestion });
}

function knownError(error: unknown): QuickwaterError | undefined {
  if (error instanceof QuickwaterError) return error;
  const isOfRows = error instanceof OperatorFailure || error instanceof StateFull;
  return isOfRows ? quickwaterError("request.query-failed", { reason: error.message }) : undefined;
}
