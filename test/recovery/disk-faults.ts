/** The faults of a disk that are tried on every part that writes, as docs/reliability.md lists them. */
export const diskFaults = {
  "a write fails half-way, no room": { call: "write", code: "ENOSPC" },
  "a write fails half-way, EIO": { call: "write", code: "EIO" },
  "a flush fails, EIO": { call: "flush", code: "EIO" },
  "a name cannot be given or taken, EIO": { call: "name", code: "EIO" },
  "a read fails, EIO": { call: "read", code: "EIO" },
} as const;

export type DiskFaultName = keyof typeof diskFaults;

export const parts = [
  "rows and dead letters",
  "segment roll",
  "keys",
  "index",
  "packing",
  "retention",
  "checkpoints",
] as const;

export type Part = (typeof parts)[number];

/** Tried on each part beside these. */
export const otherFaults = ["unflushed bytes are lost, in part or all", "a bit flips"] as const;

type AnyFault = DiskFaultName | (typeof otherFaults)[number];

export const faultNames: readonly AnyFault[] = [
  ...(Object.keys(diskFaults) as DiskFaultName[]),
  ...otherFaults,
];

/** What cannot be: no name is changed there, nothing is read back, or nothing is flushed. */
export const impossible: ReadonlySet<string> = new Set([
  cellOf("rows and dead letters", "a name cannot be given or taken, EIO"),
  cellOf("segment roll", "a read fails, EIO"),
  cellOf("index", "a flush fails, EIO"),
]);

export function cellOf(part: Part, fault: AnyFault): string {
  return `${part}: ${fault}`;
}

/** How often each was tried. */
export class Tried {
  readonly counts = new Map<string, number>();

  add(part: Part, fault: AnyFault): void {
    const cell = cellOf(part, fault);
    this.counts.set(cell, (this.counts.get(cell) ?? 0) + 1);
  }

  /** Cells of the table in which nothing happened, or something did that should not be possible. */
  wrong(): readonly string[] {
    return parts.flatMap((part) =>
      faultNames
        .map((fault) => cellOf(part, fault))
        .filter((cell) => impossible.has(cell) === this.counts.has(cell)),
    );
  }
}
