/**
 * The instants at which the kill harness ends a server: each a call of the disk or a message between threads
 * that `process/preload.ts` sees. To add one, add a row: the slow run fails where a row was never met.
 */
import { readFileSync } from "node:fs";
import type { DiskCall, DiskWrite } from "./process/disk-calls.ts";

export type ProcessEvent =
  | { readonly kind: "disk"; readonly thread: string; readonly call: DiskCall }
  | { readonly kind: "message"; readonly thread: string; readonly message: ThreadMessage };

/** What threads say to each other, as far as instants look at it. */
interface ThreadMessage {
  readonly type?: string | undefined;
  readonly origin?: string | undefined;
  readonly notice?: string | undefined;
  readonly replies?: readonly { readonly answer?: { readonly accepted?: number } | undefined }[] | undefined;
  readonly entries?:
    | readonly {
        readonly rows?: unknown;
        readonly madeBy?: unknown;
        readonly payload?: { readonly kind: string };
      }[]
    | undefined;
}

/**
 * `writing` has INSERT INTO, keys and dead letters, which keep the journal whole; of `letting-go` all rows go
 * after a while.
 */
export type World = "writing" | "letting-go";

export interface Instant {
  readonly name: string;
  /** Each is met in a short run too. */
  readonly group: string;
  /** Where it can come; without one in both. */
  readonly world?: World | undefined;
  /** So that it comes: queries are others than before, or become so; the clock is an hour on. */
  readonly needs?: "changed queries" | "queries that change" | "later hour" | undefined;
  /** The seed draws which time of so many. */
  readonly hitsMax: number;
  /** Half of a write has been done; otherwise nothing of the call. */
  readonly isWithin?: boolean | undefined;
  /** Counted from behind such an event on. */
  readonly behind?: ((event: ProcessEvent) => boolean) | undefined;
  readonly is: (event: ProcessEvent) => boolean;
}

const onDisk = (name: DiskCall["name"], ending: RegExp, thread?: string) => (event: ProcessEvent) =>
  event.kind === "disk" &&
  event.call.name === name &&
  ending.test(event.call.path) &&
  (thread === undefined || event.thread === thread);

const written = (ending: RegExp, holds: (call: DiskWrite) => boolean) => (event: ProcessEvent) =>
  event.kind === "disk" && event.call.name === "write" && ending.test(event.call.path) && holds(event.call);

const said =
  (type: string, holds: (message: ThreadMessage) => boolean = () => true) =>
  (event: ProcessEvent) =>
    event.kind === "message" && event.message.type === type && holds(event.message);

const segment = /\.qwj$/;
const packed = /\.qwj\.new$/;
const index = /\.qwx\.new$/;
const keys = /\.keys$/;
const front = /first-step\.new$/;
const aside = /\.qwc\.tmp$/;
const checkpoint = /\.qwc$/;
const segmentHeaderBytes = 64;

const answers = said("replies", ({ replies = [] }) =>
  replies.some(({ answer }) => (answer?.accepted ?? 0) > 0),
);
const isRemade = said("notice", ({ notice = "" }) => notice.startsWith("Made of the journal again"));
const takesThePlaceOf = (isPacked: boolean) => (event: ProcessEvent) =>
  onDisk("rename", segment)(event) &&
  isPackedFile((event as { call: { path: string } }).call.path) === isPacked;
const textOf = ({ pieces }: DiskWrite) => Buffer.concat(pieces).toString("latin1");

/** A segment before the one that was read last: who goes on does not. */
function readsBack(): (event: ProcessEvent) => boolean {
  let last = "";
  const reads = onDisk("read", segment, "engine");
  return (event) => {
    if (!reads(event)) return false;
    const { path } = (event as { call: { path: string } }).call;
    const isBefore = path < last;
    last = path;
    return isBefore;
  };
}

export const instants: readonly Instant[] = [
  {
    name: "a group before its flush",
    group: "before the flush",
    hitsMax: 20,
    behind: answers,
    is: onDisk("flush", segment, "log"),
  },
  {
    name: "a group half-written",
    group: "before the flush",
    hitsMax: 20,
    isWithin: true,
    behind: answers,
    is: written(segment, ({ position }) => position > segmentHeaderBytes),
  },
  {
    name: "a group flushed and not answered",
    group: "between flush and reply",
    hitsMax: 20,
    is: answers,
  },
  {
    name: "a segment made, without its header",
    group: "segment roll",
    hitsMax: 4,
    behind: answers,
    is: written(segment, ({ position }) => position === 0),
  },
  {
    name: "a segment begun, its name not flushed",
    group: "segment roll",
    hitsMax: 4,
    behind: answers,
    is: onDisk("flush-folder", /journal$/, "log"),
  },
  {
    name: "a segment's declarations half-written",
    group: "segment roll",
    hitsMax: 4,
    isWithin: true,
    behind: answers,
    is: written(segment, ({ position }) => position === segmentHeaderBytes),
  },
  {
    name: "a checkpoint between two pages",
    group: "checkpoint",
    hitsMax: 8,
    isWithin: true,
    is: written(aside, ({ pieces }) => pieces.length > 3),
  },
  { name: "a checkpoint not flushed", group: "checkpoint", hitsMax: 8, is: onDisk("flush", aside) },
  {
    name: "a checkpoint flushed, not renamed",
    group: "checkpoint",
    hitsMax: 8,
    is: onDisk("rename", checkpoint),
  },
  {
    name: "a checkpoint renamed, its name not flushed",
    group: "checkpoint",
    hitsMax: 8,
    is: onDisk("flush-folder", /checkpoints$/),
  },
  {
    name: "a checkpoint there, the old one not removed",
    group: "checkpoint",
    hitsMax: 8,
    is: onDisk("remove", checkpoint),
  },
  {
    name: "a segment half-packed",
    group: "packing",
    hitsMax: 3,
    isWithin: true,
    is: written(packed, ({ position }) => position > 0),
  },
  { name: "a segment packed, not renamed", group: "packing", hitsMax: 3, is: takesThePlaceOf(false) },
  {
    name: "a segment packed and renamed, its name not flushed",
    group: "packing",
    hitsMax: 3,
    behind: takesThePlaceOf(false),
    is: onDisk("flush-folder", /journal$/, "keeper"),
  },
  {
    name: "an index half-written",
    group: "packing",
    hitsMax: 3,
    isWithin: true,
    is: written(index, () => true),
  },
  {
    name: "a segment packed, its index the old one",
    group: "packing",
    hitsMax: 3,
    behind: takesThePlaceOf(false),
    is: onDisk("rename", /\.qwx$/, "keeper"),
  },
  {
    name: "a segment without what was let go, not renamed",
    group: "retention",
    world: "letting-go",
    hitsMax: 2,
    is: takesThePlaceOf(true),
  },
  {
    name: "the journal's new front half-written",
    group: "retention",
    world: "letting-go",
    hitsMax: 1,
    isWithin: true,
    is: written(front, () => true),
  },
  {
    name: "the journal's new front told, nothing removed",
    group: "retention",
    world: "letting-go",
    hitsMax: 1,
    is: onDisk("remove", segment),
  },
  {
    name: "a segment removed, its index not",
    group: "retention",
    world: "letting-go",
    hitsMax: 2,
    is: onDisk("remove", /\.qwx$/),
  },
  {
    name: "a run of keys half-written",
    group: "keys",
    hitsMax: 2,
    isWithin: true,
    is: written(keys, ({ position }) => position > 0),
  },
  {
    name: "a run of keys without its header",
    group: "keys",
    hitsMax: 2,
    is: written(keys, ({ position, pieces }) => position === 0 && pieces.some((each) => each.some(Boolean))),
  },
  {
    name: "runs of keys merged, the old ones not removed",
    group: "keys",
    needs: "later hour",
    hitsMax: 2,
    is: onDisk("remove", keys),
  },
  {
    name: "a view made anew, within its reading",
    group: "rebuild",
    world: "writing",
    needs: "changed queries",
    hitsMax: 3,
    behind: isRemade,
    is: onDisk("read", segment, "engine"),
  },
  {
    name: "a view made anew, its first checkpoint not renamed",
    group: "swap",
    world: "writing",
    needs: "changed queries",
    hitsMax: 1,
    behind: isRemade,
    is: onDisk("rename", checkpoint),
  },
  {
    name: "a view made anew, its first checkpoint not told",
    group: "swap",
    world: "writing",
    needs: "changed queries",
    hitsMax: 1,
    behind: isRemade,
    is: said("checkpoint"),
  },
  {
    name: "queries made beside others, within their reading",
    group: "rebuild",
    world: "writing",
    needs: "queries that change",
    hitsMax: 3,
    behind: said("caught-up"),
    is: readsBack(),
  },
  {
    name: "queries made, the journal not told",
    group: "swap",
    world: "writing",
    needs: "queries that change",
    hitsMax: 1,
    behind: said("change"),
    is: said("write", ({ entries = [] }) => entries.some(({ madeBy }) => madeBy !== undefined)),
  },
  {
    name: "queries made, the journal told and not flushed",
    group: "swap",
    world: "writing",
    needs: "queries that change",
    hitsMax: 1,
    behind: written(
      segment,
      (call) => call.position > segmentHeaderBytes && textOf(call).includes('"madeBy"'),
    ),
    is: onDisk("flush", segment, "log"),
  },
  {
    name: "queries made and told, not swapped in",
    group: "swap",
    world: "writing",
    needs: "queries that change",
    hitsMax: 2,
    behind: said("change"),
    is: said("told"),
  },
  {
    name: "queries swapped in, nothing told",
    group: "swap",
    world: "writing",
    needs: "queries that change",
    hitsMax: 1,
    is: said("changed"),
  },
  {
    name: "dead letters read, not sent again",
    group: "replay",
    world: "writing",
    hitsMax: 2,
    is: said("append", ({ origin }) => origin === "replay"),
  },
  {
    name: "dead letters sent again, not noted",
    group: "replay",
    world: "writing",
    hitsMax: 2,
    is: said("write", ({ entries = [] }) => entries.some(({ payload }) => payload?.kind === "replayed")),
  },
  {
    name: "dead letters noted, not flushed",
    group: "replay",
    world: "writing",
    hitsMax: 2,
    behind: written(segment, (call) => textOf(call).includes('"kind":"replayed"')),
    is: onDisk("flush", segment, "log"),
  },
  {
    name: "rows of a query made, not handed over",
    group: "written rows",
    world: "writing",
    hitsMax: 15,
    is: said("rows"),
  },
  {
    name: "rows of a query handed over, not written",
    group: "written rows",
    world: "writing",
    hitsMax: 15,
    is: said("write", ({ entries = [] }) => entries.some(({ rows }) => rows !== undefined)),
  },
  {
    name: "a start, what it read back not flushed",
    group: "start",
    hitsMax: 1,
    is: onDisk("flush", segment, "log"),
  },
  {
    name: "a start, before it goes on from its checkpoint",
    group: "start",
    hitsMax: 1,
    is: said("restored"),
  },
];

/** As its header says. */
function isPackedFile(path: string): boolean {
  return readFileSync(path).readUInt16LE(8) === 2;
}
