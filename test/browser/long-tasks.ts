/** The tasks of a page by the processor's time: what other programs take of the machine is none of theirs. */
import type { Browser, Page as BrowserPage } from "playwright-core";

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Of the processor, in microseconds. */
  readonly tdur?: number | undefined;
  readonly args: { readonly name?: string | undefined };
}

/** In milliseconds, the longest on the main thread of any page while `run` runs. */
export async function longestTaskOf(
  browser: Browser,
  page: BrowserPage,
  run: () => Promise<void>,
): Promise<number> {
  await browser.startTracing(page, { categories: ["toplevel"] });
  await run();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const isMain = ({ name, args }: TraceEvent) => name === "thread_name" && args.name === "CrRendererMain";
  const mains = new Set(traceEvents.filter(isMain).map(threadOf));
  const tasks = traceEvents.filter(
    (event) => event.name.endsWith("RunTask") && event.tdur !== undefined && mains.has(threadOf(event)),
  );
  if (tasks.length === 0) throw new Error("The trace has no tasks: is this another Chromium?");
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur), 0) / 1_000;
}
