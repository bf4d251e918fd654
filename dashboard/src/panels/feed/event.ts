/** The event that an action writes: values of its row, of its moment, and of what was asked. */
import type { FeedAction } from "../../../../src/serving/pages.ts";
import type { WireColumn, WireRow, WireValue } from "../../../../src/serving/protocol.ts";
import { cellOf, textOf } from "../../data/cells.ts";
import { parsedTemplate } from "./template.ts";

export type Answers = Readonly<Record<string, string>>;

export interface EventSource {
  readonly columns: readonly WireColumn[];
  readonly row: WireRow;
  readonly answers: Answers;
  readonly nowMs: number;
  /** A new one: the same for as long as the same is sent. */
  readonly id: string;
}

/** A field that is one value, and nothing around it, is as its column has it: a number stays a number. */
export function eventOf(action: FeedAction, source: EventSource): Readonly<Record<string, WireValue>> {
  const fields = Object.entries(action.event).map(([field, template]) => {
    const parts = parsedTemplate(template);
    const [only] = parts;
    if (parts.length === 1 && only?.is === "value") return [field, valueFor(only.name, source)] as const;
    const texts = parts.map((part) => (part.is === "text" ? part.text : textOf(valueFor(part.name, source))));
    return [field, texts.join("")] as const;
  });
  return Object.fromEntries(fields);
}

/** What was not answered is missing, and no empty text. */
function valueFor(name: string, { columns, row, answers, nowMs, id }: EventSource): WireValue {
  if (!name.startsWith("$")) return cellOf(columns, name)(row);
  if (name === "$now") return new Date(nowMs).toISOString();
  if (name === "$id") return id;
  const answer = Object.hasOwn(answers, name.slice(1)) ? answers[name.slice(1)]?.trim() : undefined;
  return answer === undefined || answer === "" ? null : answer;
}

/** Names of what has to be answered and is not. */
export function missingAnswers(ask: FeedAction["ask"], answers: Answers): ReadonlySet<string> {
  const missing = ask.filter(({ name, required }) => required && (answers[name] ?? "").trim() === "");
  return new Set(missing.map(({ name }) => name));
}

/** A UUID. The browser's own is there only where the page came over HTTPS. */
export function newId(bytes: Uint8Array = crypto.getRandomValues(new Uint8Array(16))): string {
  const hex = [...bytes].map((byte, at) => {
    const marked = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte;
    return marked.toString(16).padStart(2, "0");
  });
  return [hex.slice(0, 4), hex.slice(4, 6), hex.slice(6, 8), hex.slice(8, 10), hex.slice(10)]
    .map((part) => part.join(""))
    .join("-");
}
