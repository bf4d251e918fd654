/** An endpoint or an analysis, in words: what it was asked, and its answer as it came. */
import type { AskedSource } from "../data/asked.ts";

const rowsMax = 50;

/** "GET /totals?country=DE", or "funnel conversion". */
export function askedWords(source: AskedSource): string {
  const parameters = new URLSearchParams(source.parameters).toString();
  const path = source.over === "endpoint" ? source.path : `/v1/analyses/${source.kind}`;
  const name = source.over === "endpoint" ? [] : [new URLSearchParams({ name: source.name }).toString()];
  const query = [...name, parameters].filter((part) => part !== "").join("&");
  return `GET ${path}${query === "" ? "" : `?${query}`}`;
}

/** JSON of the answer with the first rows of each of its lists; `left` is how many it is without. */
export function answerText(answer: object): { readonly json: string; readonly left: number } {
  let left = 0;
  const cut = (value: unknown): unknown => {
    if (!Array.isArray(value)) return value;
    left += Math.max(0, value.length - rowsMax);
    return value.slice(0, rowsMax);
  };
  const shown = Array.isArray(answer)
    ? cut(answer)
    : Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, cut(value)]));
  return { json: JSON.stringify(shown, null, 2), left };
}

/** What an analysis says of itself: of which time, as of which step, by which settings. */
export function answerFacts(answer: object): readonly (readonly [string, string])[] {
  const { settings, ...told } = answer as Readonly<Record<string, unknown>>;
  const own = ["from", "to", "timeZone", "step"].map((name) => [name, told[name]] as const);
  const given = typeof settings === "object" && settings !== null ? Object.entries(settings) : [];
  return [...own, ...given].flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, wordsOf(value)] as const],
  );
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
