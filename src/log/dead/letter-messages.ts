/** What the main thread and the thread that reads dead letters tell each other. */

import type { StreamId } from "../event-log.ts";
import type { LetterChoice, LetterList } from "./dead-letters.ts";
import type { LateList, LateSource } from "./late-list.ts";
import type { LetterReading, ReadLetter } from "./letter-check.ts";

export interface LetterThreadData {
  readonly folder: string;
  /** Nothing behind it is looked at. */
  readonly lastStep: number;
  readonly job:
    | {
        readonly kind: "list";
        readonly dead: StreamId;
        readonly choice: LetterChoice;
        readonly limit: number;
      }
    | ({ readonly kind: "late" } & LateSource)
    | ({ readonly kind: "read" } & LetterReading);
}

export type FromLetters =
  | { readonly type: "list"; readonly list: LetterList }
  | { readonly type: "late"; readonly late: LateList }
  /** The next ones are read when these are asked on. */
  | { readonly type: "letters"; readonly letters: readonly ReadLetter[] }
  | { readonly type: "end" };

/** `close` where main needs no more of them. */
export type ToLetters = { readonly type: "next" | "close" };
