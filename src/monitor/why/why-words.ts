/** Small words of the answer to why: spans of time, counts, names, and what a stage waits for. */
import type { StageFacts } from "../../dataflow/runtime/stage-facts.ts";
import { formatInstantMs } from "../../values/timestamp.ts";

const units: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
];

/** As a person says it: `3 s`, `2 h 5 min`; what is less than a second is `1 s`. */
export function spanText(ms: number): string {
  const rounded = Math.max(1_000, Math.round(ms / 1_000) * 1_000);
  const largest = units.findIndex(([unit]) => rounded >= unit);
  const [unit, name] = units[largest]!;
  const whole = Math.floor(rounded / unit);
  const next = units[largest + 1];
  const rest = next === undefined ? 0 : Math.floor((rounded - whole * unit) / next[0]);
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${next![1]}`;
}

export function rowsText(count: number, noun = "row"): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `All 5 rows`, as the subject of what became of them. */
export function allRowsText(count: number): { readonly all: string; readonly were: string } {
  if (count === 1) return { all: "The one row", were: "was" };
  return { all: count === 2 ? "Both rows" : `All ${count} rows`, were: "were" };
}

/** With a stop at its end. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** What a stage waits for; null where nothing waits. */
export function heldText(
  { held, kind, stage }: Pick<StageFacts, "held" | "kind" | "stage">,
  watermarkMs: number | undefined,
): string | null {
  if (held === undefined || held.rows === 0) return null;
  const now = watermarkMs === undefined ? "there is none yet" : `it is ${formatInstantMs(watermarkMs)} now`;
  if (held.untilMs === undefined) return `${rowsText(held.rows)} wait for the end of the input.`;
  const until = formatInstantMs(held.untilMs);
  const end = formatInstantMs(held.untilMs + 1);
  if (kind === "WindowAggregate" || kind === "AssignWindows" || stage.includes("WINDOW"))
    return `The window that ends at ${end} closes when the watermark reaches ${until}; ${now}.`;
  if (stage.includes("INTERVAL"))
    return `The first of them has met all that it can meet when the watermark reaches ${until}; ${now}.`;
  return `The next one goes on when the watermark reaches ${until}; ${now}.`;
}
