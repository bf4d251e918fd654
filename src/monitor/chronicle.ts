/**
 * What happened to the server itself: when it was away, and when queries of views became others. It is what
 * makes a gap or a step in a chart no riddle. Nothing is computed from it.
 */
import { createHash } from "node:crypto";
import { readFileSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import type { ChronicleEntry } from "../serving/chronicle.ts";

/** In the data folder. Its time of change says when the server was there last. */
export const chronicleFile = "chronicle.json";

export interface ChronicleOptions {
  readonly path: string;
  /** The statements of the views that run, by name. */
  readonly statements: () => ReadonlyMap<string, string>;
  /** It cannot be written: what happens is known until the process ends. */
  readonly onProblem: (problem: string) => void;
  readonly now?: (() => number) | undefined;
}

interface Kept {
  readonly entries: readonly ChronicleEntry[];
  /** By view what its statement was last. */
  readonly prints: Readonly<Record<string, string>>;
}

const entriesMax = 1_000;
const lookEveryMs = 2_000;
/** A shorter one is a restart that nobody saw. */
const awayMsMin = 3 * lookEveryMs;

export class Chronicle {
  readonly #options: ChronicleOptions;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #kept: Kept;
  #isThere: boolean;
  #hasProblem = false;
  #isClosed = false;

  constructor(options: ChronicleOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const { kept, seenMs } = readKept(options.path);
    this.#kept = kept;
    this.#isThere = seenMs !== undefined;
    const nowMs = this.#now();
    const away = seenMs !== undefined && nowMs - seenMs >= awayMsMin;
    this.look(away ? [{ kind: "away", from: instant(seenMs), to: instant(nowMs) }] : []);
    this.#timer = setInterval(() => this.look(), lookEveryMs).unref();
  }

  /** Those that touch the time, the oldest first. */
  between(fromMs: number, toMs: number): readonly ChronicleEntry[] {
    return this.#kept.entries.filter((entry) => {
      const [begin, end] = entry.kind === "away" ? [entry.from, entry.to] : [entry.at, entry.at];
      return Date.parse(begin) < toMs && Date.parse(end) >= fromMs;
    });
  }

  /** Notes which views have another statement than at the last look, and that the server is there. */
  look(more: readonly ChronicleEntry[] = []): void {
    const { entries, prints: before } = this.#kept;
    const prints = Object.fromEntries(
      [...this.#options.statements()].map(([view, sql]) => [view, printOf(sql)]),
    );
    const views = Object.keys(prints).filter((view) => (before[view] ?? prints[view]) !== prints[view]);
    const changed: readonly ChronicleEntry[] =
      views.length === 0 ? [] : [{ kind: "changed", at: instant(this.#now()), views }];
    const isSame = more.length + changed.length === 0 && JSON.stringify(prints) === JSON.stringify(before);
    this.#kept = { entries: [...entries, ...more, ...changed].slice(-entriesMax), prints };
    this.#write(isSame);
  }

  /** Behind it the folder may be another one's. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.look();
  }

  #write(isSame: boolean): void {
    const { path, onProblem } = this.#options;
    const now = new Date(this.#now());
    try {
      // One that has nothing to say yet is there too: its time says something.
      if (!isSame || !this.#isThere) {
        writeFileSync(`${path}.new`, JSON.stringify(this.#kept), { flush: true });
        renameSync(`${path}.new`, path);
        this.#isThere = true;
      }
      utimesSync(path, now, now);
      this.#hasProblem = false;
    } catch (error) {
      if (!this.#hasProblem) onProblem(`${path} cannot be written: ${(error as Error).message}`);
      this.#hasProblem = true;
    }
  }
}

/** Of a file that is none, or was broken, nothing is known. */
function readKept(path: string): { readonly kept: Kept; readonly seenMs: number | undefined } {
  try {
    const kept = JSON.parse(readFileSync(path, "utf8")) as Kept;
    if (!Array.isArray(kept.entries)) throw new Error("it is not ours");
    return { kept, seenMs: statSync(path).mtimeMs };
  } catch {
    return { kept: { entries: [], prints: {} }, seenMs: undefined };
  }
}

/** How it is laid out says nothing. */
function printOf(statement: string): string {
  return createHash("sha256").update(statement.replace(/\s+/g, " ").trim()).digest("base64url");
}

const instant = (ms: number) => new Date(ms).toISOString();
