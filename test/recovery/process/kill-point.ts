/** Kills the process at the instant that it was told, and says so in a file first. */
import { type Instant, instants, type ProcessEvent } from "../instants.ts";
import { type DiskObserver, type DiskWrite, disk } from "./disk-calls.ts";
import type { ProcessOrders } from "./orders.ts";

export interface KillPoint extends DiskObserver {
  readonly message: (message: unknown) => void;
}

export function killPoint({ kill, note }: ProcessOrders, thread: string): KillPoint | undefined {
  if (kill === undefined) return undefined;
  const instant = instants.find(({ name }) => name === kill.instant);
  if (instant === undefined) throw new Error(`there is no instant "${kill.instant}"`);
  const isReached = reached(instant, kill.hit);
  const meet = (event: ProcessEvent, atLast: () => void) => {
    if (!isReached(event)) return;
    atLast();
    disk.writeFileSync(note, instant.name);
    process.kill(process.pid, "SIGKILL");
  };
  const nothing = () => {};
  return {
    before: (call) => {
      const halve = instant.isWithin === true && call.name === "write" ? () => writeHalf(call) : nothing;
      meet({ kind: "disk", thread, call }, halve);
    },
    message: (message) => meet({ kind: "message", thread, message: message as never }, nothing),
  };
}

function reached(instant: Instant, hit: number): (event: ProcessEvent) => boolean {
  let isBehind = instant.behind === undefined;
  let hits = 0;
  return (event) => {
    if (isBehind && instant.is(event)) return ++hits === hit;
    isBehind ||= instant.behind!(event);
    return false;
  };
}

/** The disk has taken half of the bytes. */
function writeHalf({ file, pieces, position }: DiskWrite): void {
  const bytes = Buffer.concat(pieces);
  disk.writeSync(file, bytes, 0, bytes.length >> 1, position);
}
