/** Reads what a client says on its metrics socket. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { readJsonObject } from "../websocket/json-object.ts";

export type MetricMessage =
  | { readonly type: "subscribe_metric"; readonly metric: string }
  | { readonly type: "get_historical_data"; readonly metric: string; readonly seconds: number };

const secondsDefault = 3_600;

/** @throws QuickwaterError `live.bad-message`. */
export function readMetricMessage(text: string, isBinary: boolean): MetricMessage {
  const refuse = (problem: string) => quickwaterError("live.bad-message", { problem });
  const { type, metric_name: metric, time_range: seconds = secondsDefault } = readJsonObject(text, isBinary);
  if (type !== "subscribe_metric" && type !== "get_historical_data")
    throw refuse('`type` must be "subscribe_metric" or "get_historical_data"');
  if (typeof metric !== "string") throw refuse("`metric_name` must be the name of a metric");
  if (type === "subscribe_metric") return { type, metric };
  if (typeof seconds !== "number" || !(seconds > 0))
    throw refuse("`time_range` must be seconds, more than 0");
  return { type, metric, seconds };
}
