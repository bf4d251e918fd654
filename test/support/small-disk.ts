/**
 * A disk of a few megabytes, for tests that fill it: memory that is mounted in a namespace of the test's own,
 * which needs no rights and goes away with its processes.
 */
import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { start } from "./run-process.ts";

const namespace = ["unshare", "--user", "--map-root-user", "--mount"] as const;

/** Why this machine has none, or undefined. */
export function whyNoSmallDisk(): string | undefined {
  const [file, ...args] = namespace;
  const { status, error, stderr } = spawnSync(file, [...args, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
  return status === 0 ? undefined : (error?.message ?? String(stderr).trim());
}

export interface SmallDisk {
  /** Stands before a command that is to see the disk. */
  readonly within: readonly string[];
  /** Leaves this much room. */
  readonly fill: (roomBytes: number) => void;
  readonly makeRoom: () => void;
}

export async function mountSmallDisk(folder: string, sizeBytes: number): Promise<SmallDisk> {
  const script = `mount -t tmpfs -o size=${sizeBytes} tmpfs "$1" && echo mounted && exec sleep 600`;
  const holder = start([...namespace, "sh", "-c", script, "sh", folder], { cwd: "/" });
  await holder.waitForOutput(/mounted/);
  const target = `--target=${holder.pid}`;
  // As a process outside of the namespace sees it.
  const seen = join("/proc", String(holder.pid), "root", folder);
  return {
    within: ["nsenter", "--user", "--mount", "--preserve-credentials", target, "--"],
    fill: (roomBytes) => {
      const { bavail, bsize } = statfsSync(seen);
      const ballast = new Uint8Array(Math.max(0, bavail * bsize - roomBytes));
      writeFileSync(join(seen, "ballast"), ballast, { flag: "a" });
    },
    makeRoom: () => rmSync(join(seen, "ballast")),
  };
}
