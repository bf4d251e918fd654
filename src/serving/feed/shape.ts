/** What a subscriber wants to see of a view: which rows, and which of their columns. */
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { LastingCondition, type RowScope } from "../../views/row-scope.ts";
import { ToldRows } from "../../views/told-rows.ts";
import { cellSeparator, cellsOf, type ViewRow, type ViewSchema } from "../../views/view.ts";
import type { WireColumn } from "../protocol.ts";
import { wireColumns } from "../wire.ts";

export const whereLengthMax = 4_096;

/** Subscribers of the same shape are told the same. */
export interface Shape {
  /** SQL, as behind WHERE: over the view's columns, `$final` and `$revision`. */
  readonly where?: string | undefined;
  /** In the order in which they are shown; undefined shows all. */
  readonly columns?: readonly string[] | undefined;
  /** `final`: only rows of closed windows. Undefined is the view's own. */
  readonly emit?: "changes" | "final" | undefined;
}

/** Equal where the shapes of a view are the same. */
export function shapeText({ where, columns }: Shape, emit: "changes" | "final"): string {
  return JSON.stringify([where?.trim() ?? null, columns ?? null, emit]);
}

/** A view that is final shows nothing else. */
export function emitOf({ emit }: Shape, view: ViewSchema): "changes" | "final" {
  return view.emit === "final" ? "final" : (emit ?? "changes");
}

type Reader = ReturnType<RowScope["readerOf"]>;

/** A shape over the columns that a view has. */
export class BoundShape {
  readonly columns: readonly WireColumn[];
  /** Places of the key's columns among those that are shown. */
  readonly keyColumns: readonly number[];
  /** Whether it leaves out rows of the view. */
  readonly isRestricted: boolean;
  readonly #told: ToldRows;
  readonly #condition: LastingCondition | undefined;
  readonly #isFinalOnly: boolean;
  /** Of the shown columns; undefined where those are all, in their order. */
  readonly #places: readonly number[] | undefined;

  /** Throws where the view has no such column, or `where` is none of it. */
  constructor(shape: Shape, view: ViewSchema, scope: RowScope) {
    this.#told = new ToldRows(view);
    this.#condition = shape.where === undefined ? undefined : new LastingCondition(shape.where, scope);
    this.#isFinalOnly = emitOf(shape, view) === "final";
    this.isRestricted = this.#condition !== undefined || this.#isFinalOnly;
    const all = wireColumns(view.schema);
    this.#places = shape.columns && placesOf(shape.columns, all);
    this.columns = this.#places?.map((place) => all[place]!) ?? all;
    const shown = this.#places ?? all.map((_, place) => place);
    this.keyColumns = view.key.map((place) => shown.indexOf(place)).filter((place) => place >= 0);
  }

  isShown(row: ViewRow, reader: Reader): boolean {
    return (row.final || !this.#isFinalOnly) && (this.#condition?.accepts(reader) ?? true);
  }

  /** A `WireRow` as JSON. */
  rowText(row: ViewRow): string {
    const { key, final, revision } = row;
    const values = this.#valuesOf(this.#told.row(row));
    return `{"key":${this.keyText(key)},"values":[${values}],"final":${final},"revision":${revision}}`;
  }

  /** A key as JSON. */
  keyText(key: string): string {
    return JSON.stringify(this.#told.key(key));
  }

  #valuesOf(row: ViewRow): string {
    if (this.#places === undefined) return row.text.replaceAll(cellSeparator, ",");
    const cells = cellsOf(row);
    return this.#places.map((place) => cells[place]!).join(",");
  }
}

function placesOf(names: readonly string[], columns: readonly WireColumn[]): readonly number[] {
  if (names.length === 0) throw refuseColumns("name at least one column");
  const places = names.map((name) => {
    const place = columns.findIndex((column) => column.name === name);
    if (place >= 0) return place;
    const known = columns.map((column) => column.name);
    throw refuseColumns(`name columns of the view, and ${name} is none`, closestName(name, known));
  });
  if (new Set(places).size < places.length) throw refuseColumns("name each column once");
  return places;
}

function refuseColumns(expected: string, suggestion?: string): QuickwaterError {
  return quickwaterError("request.bad-parameter", { name: "columns", expected }, { suggestion });
}
