/**
 * What the pack's fraud decisions catch of each simulator, through the whole engine: the document's risk
 * score gives its label away and its customers are everywhere at once; the shop's are as hard to tell as
 * real ones.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { openEngine } from "../../src/engine.ts";
import { readSimulator } from "../../src/project/simulator-file.ts";
import { OneStream } from "../../src/simulate/one-stream.ts";
import { queriedRows } from "../support/queried-rows.ts";
import { firstEvents, parsed, sourceOf } from "../support/simulated-events.ts";

const pack = join(projectRoot, "packs", "commerce");
const decisions = ["streams", "fraud"].map((name) => readFileSync(join(pack, "sql", `${name}.sql`), "utf8"));
const count = 4_000;

interface Payment {
  readonly transaction_id: string;
  readonly customer_id: string;
  readonly location: { readonly country: string };
}

/** Payments in their order, and which of them were fraud. */
function paymentsOf(name: string) {
  const spec = readSimulator(join(pack, "simulators", `${name}.yaml`));
  const open = (stream: string) => new OneStream(sourceOf(spec, { isClean: true }), stream);
  const events = firstEvents(open("transaction_events"), count);
  const payments = parsed(events) as unknown as Payment[];
  if (name === "document") {
    const fraud = payments.filter(({ location }) => location.country === "XX");
    return { events, payments, fraud: new Set(fraud.map((payment) => payment.transaction_id)) };
  }
  const labels = parsed(firstEvents(open("fraud_labels"), 200)) as unknown as Payment[];
  return { events, payments, fraud: new Set(labels.map((label) => label.transaction_id)) };
}

test.each([
  { name: "document", caughtMin: 0.9, caughtMax: 1, falseMin: 0.004, falseMax: 0.5 },
  { name: "shop", caughtMin: 0.04, caughtMax: 0.6, falseMin: 0.001, falseMax: 0.05 },
])(
  "C5: $name",
  async ({ name, caughtMin, caughtMax, falseMin, falseMax }) => {
    const { events, payments, fraud } = paymentsOf(name);
    const engine = await openEngine({ sql: decisions.join("\n") });
    onTestFinished(() => engine.close());
    for (let at = 0; at < events.length; at += 500) {
      const lines = events.slice(at, at + 500).map(({ line }) => line);
      const chunks = [new TextEncoder().encode(lines.join("\n"))];
      await engine.append({ stream: "transaction_events", format: "ndjson", chunks, origin: "test" });
    }
    const sql = "SELECT transaction_id, status FROM transactions_processed";
    const decided = () => queriedRows<[id: string, status: string]>(engine, sql);
    await expect.poll(async () => (await decided()).length).toBe(count);
    const held = new Set((await decided()).filter(([, status]) => status !== "approved").map(([id]) => id));
    const isFraud = (payment: Payment) => fraud.has(payment.transaction_id);
    const share = (of: readonly Payment[]) =>
      of.filter((each) => held.has(each.transaction_id)).length / of.length;
    const caught = share(payments.filter(isFraud));
    const falseAlarms = share(payments.filter((payment) => !isFraud(payment)));
    console.log(
      `${name}: ${(caught * 100).toFixed(1)} % of fraud caught, ` +
        `${(falseAlarms * 100).toFixed(2)} % of honest payments held back`,
    );
    expect(caught).toBeGreaterThan(caughtMin);
    expect(caught).toBeLessThanOrEqual(caughtMax);
    expect(falseAlarms).toBeGreaterThan(falseMin);
    expect(falseAlarms).toBeLessThan(falseMax);
  },
  120_000,
);
