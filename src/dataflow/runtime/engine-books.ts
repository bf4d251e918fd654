/**
 * The books of the views, as the engine thread shows them between two steps: of each view what became of the
 * rows that it was given, and of each stream that it reads how far the engine is in it.
 *
 * A view that reads a stream twice has each row of it twice.
 */
import { SharedFigures } from "../../log/shared-figures.ts";
import type { ViewCounters } from "../../views/view.ts";
import type { Pipeline } from "../physical/build-pipeline.ts";
import type { StreamGraph } from "./stream-graph.ts";
import type { StreamSource } from "./stream-source.ts";
import type { JournalPass } from "./take-step.ts";
import { countersOf } from "./view-books.ts";

interface ReadingView {
  readonly pipeline: Pipeline;
  /** Names of the streams that it reads. */
  readonly streams: readonly string[];
}

interface ShownSource {
  readonly stream: string;
  /** How often the view reads it. */
  readonly scans: number;
  /** Of a stream that queries write: what they make comes from there, and is all that there is. */
  readonly made: StreamSource | undefined;
  /** Rows that the view was never to have, but for those that go later: gone before it began. */
  readonly missed: number;
}

interface ShownView {
  readonly view: string;
  readonly pipeline: Pipeline;
  readonly sources: readonly ShownSource[];
}

/** Which views and streams the numbers are of; sent where it changes, before they are shown. */
export interface BooksLayout {
  readonly version: number;
  readonly views: readonly { readonly view: string; readonly sources: readonly string[] }[];
}

const numbersMax = 65_536;
const numbersAView = 3;
const numbersASource = 4;

/** In the engine thread. */
export class ShownBooks {
  readonly #figures: SharedFigures;
  readonly #tell: (layout: BooksLayout) => void;
  #version = 0;
  /** Views that there is no room for are not among them. */
  #shown: readonly ShownView[] = [];
  /** How many there are in all. */
  #viewCount = 0;

  constructor(shared: SharedArrayBuffer, tell: (layout: BooksLayout) => void) {
    this.#figures = new SharedFigures(shared);
    this.#tell = tell;
  }

  show(views: ReadonlyMap<string, ReadingView>, graph: StreamGraph, pass: JournalPass): void {
    if (this.#version === 0 || !this.#areShown(views)) this.#layOut(views, graph, pass);
    this.#figures.write((numbers) => {
      let at = 0;
      numbers[at++] = this.#version;
      for (const { pipeline, sources } of this.#shown) {
        const { rowsTaken, rowsFiltered, rowsLate } = countersOf(pipeline);
        numbers[at++] = rowsTaken;
        numbers[at++] = rowsFiltered;
        numbers[at++] = rowsLate;
        for (const { stream, scans, made, missed } of sources) {
          const place = made === undefined ? pass.placeOf(stream) : undefined;
          numbers[at++] = scans;
          numbers[at++] = made?.rowsGiven ?? place?.next ?? Number.NaN;
          numbers[at++] = missed + (place?.gone ?? 0);
          numbers[at++] = made === undefined ? 0 : 1;
        }
      }
    });
  }

  #areShown(views: ReadonlyMap<string, ReadingView>): boolean {
    if (views.size !== this.#viewCount) return false;
    for (const { view, pipeline } of this.#shown) {
      if (views.get(view)?.pipeline !== pipeline) return false;
    }
    return true;
  }

  /** What a view was never to have is judged when it is first shown. */
  #layOut(views: ReadonlyMap<string, ReadingView>, graph: StreamGraph, pass: JournalPass): void {
    const before = new Map(this.#shown.map((shown) => [shown.pipeline, shown]));
    const written = new Set(graph.derived.map(({ table }) => table.name));
    let room = this.#figures.count - 1;
    const shown: ShownView[] = [];
    for (const [view, { pipeline, streams }] of views) {
      room -= numbersAView + streams.length * numbersASource;
      if (room < 0) break;
      const sources = streams.map((stream) => {
        return sourceOf(pipeline, stream, written.has(stream) ? graph.sources.get(stream) : undefined, pass);
      });
      shown.push(before.get(pipeline) ?? { view, pipeline, sources });
    }
    this.#shown = shown;
    this.#viewCount = views.size;
    this.#version++;
    const named = shown.map(({ view, sources }) => ({ view, sources: sources.map(({ stream }) => stream) }));
    this.#tell({ version: this.#version, views: named });
  }
}

function sourceOf(
  pipeline: Pipeline,
  stream: string,
  made: StreamSource | undefined,
  pass: JournalPass,
): ShownSource {
  const inputs = pipeline.scans.filter(({ scan }) => scan.table === stream);
  const place = made === undefined ? pass.placeOf(stream) : { next: made.rowsGiven, gone: 0 };
  const given = inputs[0]?.input.counters.rowsIn ?? 0;
  const missed = (place?.next ?? 0) - (place?.gone ?? 0) - given;
  return { stream, scans: inputs.length, made, missed };
}

export interface SourceProgress {
  readonly stream: string;
  readonly scans: number;
  /** Rows of the stream that came before the engine's place in it. */
  readonly passed: number;
  /** Those of them that the view was never to have. */
  readonly missed: number;
  /** The engine makes its rows. */
  readonly isMade: boolean;
}

export interface ViewProgress extends ViewCounters {
  readonly view: string;
  /** Without those in which the engine's place is not known. */
  readonly sources: readonly SourceProgress[];
}

/** In the main thread. */
export class BooksReader {
  readonly figures = SharedFigures.of(numbersMax);
  #layout: BooksLayout = { version: 0, views: [] };

  learn(layout: BooksLayout): void {
    this.#layout = layout;
  }

  /** Undefined while what they are of is still on its way. */
  read(): readonly ViewProgress[] | undefined {
    const numbers = this.figures.read();
    const { version, views } = this.#layout;
    let at = 0;
    if (numbers[at++] !== version) return undefined;
    return views.map(({ view, sources }) => ({
      view,
      rowsTaken: numbers[at++]!,
      rowsFiltered: numbers[at++]!,
      rowsLate: numbers[at++]!,
      sources: sources
        .map((stream) => ({
          stream,
          scans: numbers[at++]!,
          passed: numbers[at++]!,
          missed: numbers[at++]!,
          isMade: numbers[at++] === 1,
        }))
        .filter(({ passed }) => !Number.isNaN(passed)),
    }));
  }
}
