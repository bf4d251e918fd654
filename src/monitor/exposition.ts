/**
 * The text that Prometheus reads (its exposition format 0.0.4): families of samples, each with what it is and
 * what it means.
 */

export type Labels = Readonly<Record<string, string>>;

interface Family {
  /** By Prometheus' rules: base units, `_total` behind what only grows. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
}

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface PlainFamily extends Family {
  readonly type: "counter" | "gauge";
  /** None where there is nothing to say. */
  readonly samples: readonly Sample[];
}

export interface HistogramFamily extends Family {
  readonly type: "histogram";
  readonly sum: number;
  readonly count: number;
  /** By upper bound, ascending: how many were no larger. */
  readonly buckets: readonly (readonly [bound: number, count: number])[];
}

export type MetricFamily = PlainFamily | HistogramFamily;

export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

export function expositionText(families: readonly MetricFamily[]): string {
  return families.map(familyText).join("");
}

function familyText(family: MetricFamily): string {
  const lines = [`# HELP ${family.name} ${helpText(family.help)}`, `# TYPE ${family.name} ${family.type}`];
  if (family.type === "histogram") {
    const { name, buckets, count, sum } = family;
    for (const [bound, upTo] of buckets) lines.push(line(`${name}_bucket`, { le: String(bound) }, upTo));
    lines.push(line(`${name}_bucket`, { le: "+Inf" }, count));
    lines.push(line(`${name}_sum`, {}, sum), line(`${name}_count`, {}, count));
  } else for (const { labels, value } of family.samples) lines.push(line(family.name, labels, value));
  return `${lines.join("\n")}\n`;
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${labelText(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${numberText(value)}`;
}

function numberText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}

function helpText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** Names of streams and views are any text. */
function labelText(text: string): string {
  return helpText(text.toWellFormed()).replaceAll('"', '\\"');
}
