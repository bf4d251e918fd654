/** What is read of the journal on request, each a job of the thread that does it in turns. */

import type { LetterChoice, LetterList } from "../../log/dead/dead-letters.ts";
import { type LateList, type LateSource, listLate } from "../../log/dead/late-list.ts";
import { type LetterReading, type ReadLetter, readLetters } from "../../log/dead/letter-check.ts";
import { listLetters } from "../../log/dead/letter-list.ts";
import type { EventLogReader, StreamId } from "../../log/event-log.ts";
import type { PostedError } from "../../log/journal/posted-error.ts";
import type { Turns } from "../../log/turns.ts";
import { type RowStory, type RowStoryRequest, rowStory } from "../replay/row-story.ts";
import { type ViewsAtRequest, type ViewThen, viewsAt } from "../replay/views-at.ts";
import { type EventPage, type EventSearch, type SearchedJournal, searchEvents } from "./event-search.ts";
import { type EventRequest, type StoredEvent, storedEvent } from "./stored-event.ts";

export type ReadingJob =
  | {
      readonly kind: "letters";
      readonly dead: StreamId;
      readonly choice: LetterChoice;
      readonly limit: number;
    }
  | ({ readonly kind: "letters-again" } & LetterReading)
  | ({ readonly kind: "late" } & LateSource)
  | ({ readonly kind: "search" } & EventSearch)
  | ({ readonly kind: "event" } & EventRequest)
  | ({ readonly kind: "views-at" } & ViewsAtRequest)
  | ({ readonly kind: "row-story" } & RowStoryRequest);

export interface ReadingAnswers {
  readonly letters: LetterList;
  /** All was told in parts. */
  readonly "letters-again": undefined;
  readonly late: LateList;
  readonly search: EventPage;
  readonly event: StoredEvent | undefined;
  readonly "views-at": readonly ViewThen[];
  readonly "row-story": RowStory;
}

export type ReadingPart = readonly ReadLetter[];

/** What a job reads: nothing behind the last step. */
export interface ReadJournal {
  readonly journal: SearchedJournal;
  /** Its own. */
  readonly reader: EventLogReader;
  /** Another one. */
  readonly openReader: () => EventLogReader;
  readonly lastStep: number;
}

export function readingTurns(
  job: ReadingJob,
  { journal, reader, openReader, lastStep }: ReadJournal,
): Turns<ReadingAnswers[ReadingJob["kind"]], ReadingPart> {
  switch (job.kind) {
    case "letters":
      return listLetters(reader, job.dead, job.choice, job.limit);
    case "letters-again":
      return readLetters(reader, job);
    case "late":
      return listLate(reader, job);
    case "search":
      return searchEvents(journal, reader, job, lastStep);
    case "event":
      return storedEvent(journal, reader, job);
    case "views-at":
      return viewsAt(openReader, job);
    case "row-story":
      return rowStory(journal, openReader, job);
  }
}

export interface ReadingThreadData {
  /** The journal's. */
  readonly folder: string;
}

export type ToReading =
  | { readonly type: "begin"; readonly id: number; readonly lastStep: number; readonly job: ReadingJob }
  /** The next part is wanted, or none any more. */
  | { readonly type: "next" | "end"; readonly id: number }
  | { readonly type: "close" };

export type FromReading =
  | { readonly type: "part"; readonly id: number; readonly part: ReadingPart }
  | { readonly type: "done"; readonly id: number; readonly answer: unknown }
  | { readonly type: "failed"; readonly id: number; readonly error: PostedError };
