/** A file of `endpoints/` with `protocol: metrics`: the metrics of `WS /v1/metrics`. */
import type { MetricSpec } from "../serving/metrics/metric.ts";
import type { YamlValue } from "./yaml-file.ts";

export interface MetricFile extends MetricSpec {
  /** As it is written, for mistakes that show beside its view. */
  readonly written: YamlValue;
}

const known = ["view", "value", "timestamp", "dimensions", "metadata", "constants"];

export function readMetrics(root: YamlValue): readonly MetricFile[] {
  root.members(["protocol", "metrics"]);
  const protocol = root.member("protocol");
  if (protocol.value !== "metrics") throw protocol.refuse("metrics");
  return [...root.member("metrics").members()].map(([name, written]) => {
    const members = written.members(known);
    const names = (member: string) => (members.get(member)?.list() ?? []).map((each) => each.text());
    const constants = [...(members.get("constants")?.members() ?? [])];
    return {
      name,
      view: written.member("view").text(),
      value: written.member("value").text(),
      timestamp: written.member("timestamp").text(),
      dimensions: names("dimensions"),
      metadata: names("metadata"),
      constants: new Map(constants.map(([constant, value]) => [constant, value.json()])),
      written,
    };
  });
}
