/**
 * Puts a damaged journal into a form that can be read, from what is whole of it. The files as they were are
 * kept beside it, and what is lost stays lost: nobody makes rows up.
 */
import { join } from "node:path";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { FileLayer } from "./file-layer.ts";
import { type DamagedSegment, findDamage, type JournalDamage, readWholeFrames } from "./find-damage.ts";
import { recordedFirstStep, recordFirstStep } from "./journal-front.ts";
import { JournalWriter } from "./journal-writer.ts";
import { writePacked } from "./pack-segment.ts";
import { indexPath, listSegments } from "./segments.ts";

/** Queries that nobody has: what they wrote is not compared with what others make. */
const nobody = "repaired";

export interface Repair {
  readonly files: FileLayer;
  readonly journal: string;
  /** Where the damaged files go. */
  readonly quarantine: string;
  readonly now: () => number;
}

/** Answers what is lost. */
export function repairJournal({ files, journal, quarantine, now }: Repair): JournalDamage {
  const damage = findDamage(files, journal);
  const { journalId, segments } = damage;
  if (segments.length === 0) return damage;
  if (journalId === undefined) {
    const problem = "no segment of it has a header that is whole";
    throw quickwaterError("run.journal-foreign", { file: journal, problem });
  }
  files.makeFolder(quarantine);
  for (const segment of segments) {
    if (segment.isThere) copyAside(files, segment.path, quarantine);
    rewrite(files, journal, journalId, segment);
  }
  const [first] = listSegments(files, journal);
  if (first !== undefined && first > recordedFirstStep(files, journal))
    recordFirstStep(files, journal, first);
  disownWritten(files, journal, now);
  return damage;
}

function rewrite(files: FileLayer, folder: string, journalId: string, segment: DamagedSegment): void {
  const { path, isThere, firstStep, nextStep, header } = segment;
  const frames = isThere ? readWholeFrames(files, path, firstStep, nextStep).frames : [];
  const index = indexPath(folder, firstStep);
  if (files.exists(index)) files.remove(index);
  const form = (header?.packed?.form ?? 0) + 1;
  const createdAtMs = header?.createdAtMs ?? frames[0]?.header.appendTimeMs ?? 0;
  writePacked(files, folder, { journalId, firstStep, createdAtMs, packed: { nextStep, form } }, (writer) => {
    for (const { header: frame, bytes } of frames) writer.add(frame, bytes);
    return true;
  });
}

/** Its name tells the segment; one that was put there before is another form of it. */
function copyAside(files: FileLayer, path: string, quarantine: string): void {
  const name = path.slice(path.lastIndexOf("/") + 1);
  let aside = join(quarantine, name);
  for (let more = 2; files.exists(aside); more++) aside = join(quarantine, `${name}.${more}`);
  const source = files.open(path, "read");
  const copy = files.open(aside, "create");
  const piece = new Uint8Array(4 * 1024 * 1024);
  try {
    for (let at = 0; ; ) {
      const read = source.read(piece, at);
      if (read === 0) break;
      copy.write([piece.slice(0, read)], at);
      at += read;
    }
    copy.flush();
  } finally {
    source.close();
    copy.close();
  }
  files.flushFolder(quarantine);
}

/** Queries would not make again what they wrote: the next ones begin behind it. */
function disownWritten(files: FileLayer, folder: string, now: () => number): void {
  const writer = new JournalWriter(files, folder, now);
  for (const { table, madeBy } of writer.declarations()) {
    if (madeBy !== undefined) writer.begin(table.name, { ...madeBy, queries: nobody });
  }
  writer.close();
}
