/** Where an export is written: to a file that is there when it is whole, or to standard output. */
import { open, rename, rm } from "node:fs/promises";
import { quickwaterError } from "../../errors/quickwater-error.ts";

export interface ExportTarget {
  write(bytes: Uint8Array): Promise<void>;
  /** All of it has come. */
  finish(): Promise<void>;
  /** The rest does not come: nothing is left. */
  giveUp(): Promise<void>;
}

export async function fileTarget(path: string): Promise<ExportTarget> {
  const aside = `${path}.part`;
  const tell = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      throw quickwaterError("run.unwritable-file", { path, reason: code ?? message }, { cause });
    }
  };
  const file = await tell(open(aside, "w"));
  return {
    write: async (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        at += (await tell(file.write(bytes, at))).bytesWritten;
      }
    },
    finish: async () => {
      await tell(file.sync());
      await tell(file.close());
      await tell(rename(aside, path));
    },
    giveUp: async () => {
      await file.close();
      await rm(aside, { force: true });
    },
  };
}

/** Who reads slowly makes the server wait. */
export function streamTarget(stream: NodeJS.WritableStream): ExportTarget {
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    finish: async () => {},
    giveUp: async () => {},
  };
}
