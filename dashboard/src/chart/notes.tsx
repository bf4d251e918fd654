/** What has to be said of a picture for it to be true. */
import { Fragment, type ReactNode } from "react";
import type { Note } from "../data/standing.ts";
import { ExplainedNumber } from "../explain/explained-number.tsx";
import { formatCount } from "../numbers/format.ts";

export function Notes({ notes }: { readonly notes: readonly Note[] }): ReactNode {
  if (notes.length === 0) return null;
  return (
    <p className="mt-2 text-xs text-muted">
      {notes.map((note, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: notes have their places.
        <Fragment key={place}>
          {place > 0 && " "}
          {typeof note === "string" ? (
            note
          ) : (
            <>
              * <ExplainedNumber mark="corrected">{correctedWords(note.corrected)}</ExplainedNumber>
            </>
          )}
        </Fragment>
      ))}
    </p>
  );
}

/** Of rows. */
function correctedWords(count: number): string {
  return `${formatCount(BigInt(count))} ${count === 1 ? "row" : "rows"} corrected after being final.`;
}
