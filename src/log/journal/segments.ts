/** The files of a journal: one a segment, named by its first step, so that their names sort in order. */
import { join } from "node:path";
import type { FileLayer } from "./file-layer.ts";

const suffix = ".qwj";
const indexSuffix = ".qwx";
/** What is written aside, until it is whole and takes its place. */
const draftSuffix = ".new";
const digits = 20;

export function segmentPath(folder: string, firstStep: number): string {
  return join(folder, `${nameOf(firstStep)}${suffix}`);
}

export function indexPath(folder: string, firstStep: number): string {
  return join(folder, `${nameOf(firstStep)}${indexSuffix}`);
}

export function draftPath(path: string): string {
  return `${path}${draftSuffix}`;
}

/** First steps of the segments that are there, ascending. */
export function listSegments(files: FileLayer, folder: string): readonly number[] {
  return stepsOf(files.list(folder), suffix);
}

export function isSegmentName(name: string): boolean {
  return stepsOf([name], suffix).length === 1;
}

/** First steps of the indexes that are there. */
export function listIndexes(files: FileLayer, folder: string): readonly number[] {
  return stepsOf(files.list(folder), indexSuffix);
}

/** Left behind by whoever was killed while he wrote them. */
export function listDrafts(files: FileLayer, folder: string): readonly string[] {
  const drafts = files.list(folder).filter((name) => name.endsWith(draftSuffix));
  return drafts.map((name) => join(folder, name));
}

function nameOf(firstStep: number): string {
  return String(firstStep).padStart(digits, "0");
}

function stepsOf(names: readonly string[], ending: string): readonly number[] {
  return names
    .filter((name) => name.endsWith(ending) && /^\d{20}$/.test(name.slice(0, -ending.length)))
    .map((name) => Number(name.slice(0, digits)))
    .sort((left, right) => left - right);
}
