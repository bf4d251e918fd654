/** How a row came to be, as `GET /v1/explain` tells it: each event with what it changed. */
import type { ExplainAnswer, ExplainedChange } from "../../../src/serving/explanation.ts";
import type { WireValue } from "../../../src/serving/protocol.ts";
import { textOf } from "../data/cells.ts";

type AnyRow = Readonly<Record<string, WireValue>>;
type Change = ExplainedChange<AnyRow>;

export interface RowChange {
  /** "An event made the row". */
  readonly words: string;
  readonly atMs: number;
  readonly event:
    | { readonly id: string; readonly stream: string; readonly cameMs: number; readonly json: string }
    | undefined;
  /** Columns with other values than before; undefined before it where the row was not there. */
  readonly differences: readonly {
    readonly column: string;
    readonly before: string | undefined;
    readonly after: string | undefined;
  }[];
  /** Of a correction: what came late for the row's window, and the row that it left. */
  readonly late: { readonly of: Change["late"]; readonly row: AnyRow | null } | undefined;
}

const effectWords: Readonly<Record<Change["effect"], string>> = {
  appeared: "made the row",
  changed: "changed the row",
  touched: "is in the row and changed no value",
  closed: "closed the row's window by its time",
  corrected: "corrected the row",
  left: "took the row away",
};

/** The last of them first. */
export function rowChanges({ changes, changeCount }: ExplainAnswer<AnyRow>): readonly RowChange[] {
  // Of what was before the first that is told nothing is known, but where nothing was.
  const isWhole = changeCount === changes.length;
  return changes
    .map((change, place): RowChange => {
      const { effect, cause, at, event, late, row } = change;
      const before = place === 0 ? null : changes[place - 1]!.row;
      return {
        words: wordsOf(effect, cause),
        atMs: Date.parse(at),
        event: event === null ? undefined : eventOf(event),
        differences: place === 0 && !isWhole ? [] : differencesOf(before, row),
        late: cause === "correction" ? { of: late, row } : undefined,
      };
    })
    .reverse();
}

function wordsOf(effect: Change["effect"], cause: Change["cause"]): string {
  if (cause === "correction") return "A correction took late rows into it";
  return `${cause === "clock" ? "The time that went on" : "An event"} ${effectWords[effect]}`;
}

function eventOf({ id, stream, appendedAt, event }: NonNullable<Change["event"]>) {
  return { id, stream, cameMs: Date.parse(appendedAt), json: JSON.stringify(event, null, 2) };
}

function differencesOf(before: AnyRow | null, after: AnyRow | null): RowChange["differences"] {
  const names = Object.keys(after ?? before ?? {}).filter((name) => !name.startsWith("$"));
  return names.flatMap((column) => {
    const [was, is] = [valueIn(before, column), valueIn(after, column)];
    return was === is ? [] : [{ column, before: was, after: is }];
  });
}

function valueIn(row: AnyRow | null, column: string): string | undefined {
  if (row === null) return undefined;
  const value = row[column] ?? null;
  return value === null ? "NULL" : textOf(value);
}
