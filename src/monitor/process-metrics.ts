/** What the process takes of the machine, by the names that Prometheus' clients have for it. */
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { MetricFamily } from "./exposition.ts";
import { counter, gauge } from "./families.ts";

const lagResolutionMs = 20;

export class ProcessMetrics {
  readonly #lag = monitorEventLoopDelay({ resolution: lagResolutionMs });

  constructor() {
    this.#lag.enable();
  }

  /** The lag is that since the last call. */
  collect(): readonly MetricFamily[] {
    const { user, system } = process.cpuUsage();
    const { rss, heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage();
    const lagSeconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - lagResolutionMs / 1e3);
    const isMeasured = this.#lag.count > 0;
    const [mean, most] = isMeasured ? [this.#lag.mean, this.#lag.max] : [0, 0];
    const p99 = isMeasured ? this.#lag.percentile(99) : 0;
    this.#lag.reset();
    return [
      counter("process_cpu_user_seconds_total", "Processor time of all threads, in the program.", user / 1e6),
      counter(
        "process_cpu_system_seconds_total",
        "Processor time of all threads, in the system.",
        system / 1e6,
      ),
      counter("process_cpu_seconds_total", "Processor time of all threads.", (user + system) / 1e6),
      gauge(
        "process_start_time_seconds",
        "When the process began, since 1970.",
        performance.timeOrigin / 1e3,
      ),
      gauge("process_resident_memory_bytes", "Memory of the process, all threads.", rss),
      gauge("nodejs_heap_size_total_bytes", "Heap of the main thread.", heapTotal),
      gauge("nodejs_heap_size_used_bytes", "Heap of the main thread that is in use.", heapUsed),
      gauge("nodejs_external_memory_bytes", "Memory of the main thread outside of its heap.", external),
      gauge("nodejs_array_buffers_bytes", "Of that what holds bodies, batches and pages.", arrayBuffers),
      gauge(
        "nodejs_eventloop_lag_mean_seconds",
        "How late the main thread was on average, since the last scrape.",
        lagSeconds(mean),
      ),
      gauge(
        "nodejs_eventloop_lag_p99_seconds",
        "How late it was at most in 99 of 100 cases, since the last scrape.",
        lagSeconds(p99),
      ),
      gauge(
        "nodejs_eventloop_lag_max_seconds",
        "How late it was at most, since the last scrape.",
        lagSeconds(most),
      ),
    ];
  }

  close(): void {
    this.#lag.disable();
  }
}
