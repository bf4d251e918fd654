/** What a benchmark says of itself, on the terminal and in docs/benchmarks.md. */
import { cpus, totalmem } from "node:os";

export interface Report {
  readonly title: string;
  /** The command that gives these figures again. */
  readonly command: string;
  /** What was done, so that a reader could judge it. */
  readonly method: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How the figures stand to the ones asked for, losses as plainly as wins. */
  readonly findings: readonly string[];
}

export function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  const processor = first?.model.trim() || "unnamed processor";
  return `${cpus().length} × ${processor}, ${memory} GB, Node ${process.version}, ${process.platform}`;
}

export function asMarkdown(report: Report): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `## ${report.title}`,
    "",
    report.method,
    "",
    line(report.columns),
    line(report.columns.map(() => "---")),
    ...report.rows.map(line),
    "",
    ...report.findings.map((finding) => `- ${finding}`),
    "",
    `Again with \`${report.command}\`.`,
  ].join("\n");
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString("en");
}
