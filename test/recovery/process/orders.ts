/** What a test has a real server do to itself: handed over in its environment, read by `preload.ts`. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogSettings } from "../../../src/log/log-settings.ts";
import type { PlantName } from "./plants.ts";

export interface ProcessOrders {
  /** The data folder: calls of the disk elsewhere are not looked at. */
  readonly data: string;
  /** Where calls of the disk are written down that a loss of power may undo. */
  readonly record: string;
  /** Gets the name of the instant before the process kills itself. */
  readonly note: string;
  readonly kill?: { readonly instant: string; readonly hit: number } | undefined;
  readonly plant?: PlantName | undefined;
  readonly log: Partial<LogSettings>;
  /** The clock is ahead by so much. */
  readonly clockAheadMs: number;
}

const variable = "QUICKWATER_TEST_ORDERS";

export function environmentOf(orders: ProcessOrders): NodeJS.ProcessEnv {
  const preload = new URL("./preload.ts", import.meta.url).href;
  return {
    ...process.env,
    NODE_OPTIONS: `--import=${preload}`,
    NODE_COMPILE_CACHE: join(tmpdir(), "quickwater-test-compile-cache"),
    [variable]: JSON.stringify(orders),
  };
}

export function ordersOfThisProcess(): ProcessOrders {
  return JSON.parse(process.env[variable]!) as ProcessOrders;
}
