/**
 * The demo as `npm start` runs it, as a real process with its past: three minutes after it is ready every
 * view has rows, and no KPI is 0 or NULL. It takes four minutes, and so it is a project of its own.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { start } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const minuteMs = 60_000;

/** What somebody looks at first, by view; `metrics.aov` is a field of a row. */
const kpis: Readonly<Record<string, readonly string[]>> = {
  customer_kpis: ["unique_customers", "total_revenue", "conversion_rate"],
  customer_metrics: ["total_events", "unique_customers", "page_views", "purchases"],
  sales_per_minute: ["orders", "revenue", "average_order", "smallest", "largest"],
  kpis: [
    ...["metrics.sessions", "metrics.page_views", "metrics.add_to_carts", "metrics.purchases"],
    ...["metrics.conversion_rate", "metrics.revenue", "metrics.aov", "metrics.unique_users"],
    ...["performance.latency_ms_p50", "performance.latency_ms_p95", "performance.latency_ms_p99"],
  ],
  active_sessions: ["active_sessions", "active_users"],
  active_users: ["active_users", "events"],
  revenue_per_minute: ["total_revenue", "transaction_count", "avg_transaction_value"],
  email_kpis_24h: ["revenue_24h", "conversions_24h", "active_users_24h", "engagement_rate_24h"],
  network_now: ["transactions", "stores", "active_customers", "revenue", "transactions_per_minute"],
  data_quality: ["total", "valid", "data_quality"],
};
/** Of a view's newest rows one may have begun a moment ago: a KPI counts that is there in one of them. */
const rowsRead = 3;

type Row = Readonly<Record<string, unknown>>;

interface Answer {
  readonly rows: readonly Row[];
}

async function read<Of>(url: string): Promise<Of> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(minuteMs) });
  return (await answer.json()) as Of;
}

function valueAt(row: Row, path: string): unknown {
  const names = path.split(".");
  return names.reduce<unknown>((value, name) => (value as Row | null)?.[name], row);
}

test("X16: three minutes after it is ready every view has rows, and no KPI is 0 or NULL", async () => {
  const data = join(scratchFolder(), "data");
  const launcher = join(projectRoot, "bin", "quickwater.js");
  const running = start([process.execPath, launcher, "start", "--port", "0", "--data", data], {
    cwd: projectRoot,
  });
  const [, url = ""] = await running.waitForOutput(/Read\s+(http:\S+)\/v1\/views/);
  await sleep(3 * minuteMs);
  await running.waitForOutput(/Filled with [\d,]+ events in [\d.]+ s\./);
  const { views } = await read<{ views: readonly { readonly name: string; readonly rowCount: number }[] }>(
    `${url}/v1/views`,
  );
  const wrong = views.filter(({ rowCount }) => rowCount === 0).map(({ name }) => `${name} has no rows`);
  for (const [view, paths] of Object.entries(kpis)) {
    const { rows } = await read<Answer>(`${url}/v1/views/${view}?limit=${rowsRead}`);
    for (const path of paths) {
      const values = rows.map((row) => valueAt(row, path));
      if (values.every((value) => value == null || Number(value) === 0))
        wrong.push(`${view}.${path} is ${values.join(", ") || "not there"}`);
    }
  }
  if (wrong.length > 0) console.log(wrong.join("\n"));
  running.child.kill("SIGINT");
  const { code, stderr } = await running.finished;
  expect([views.length > 40, wrong, code, stderr]).toEqual([true, [], 0, ""]);
});
