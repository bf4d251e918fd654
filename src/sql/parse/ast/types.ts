/** What every part of the tree is made of: places, names, and types as they are written. */
import type { SourcePosition } from "../../../errors/quickwater-error.ts";

export interface Node {
  readonly position: SourcePosition;
}

/** A name as written; `quoted` names are exact, and reserved words need the quotes. */
export interface Identifier extends Node {
  readonly kind: "Identifier";
  readonly name: string;
  readonly quoted: boolean;
}

/** `orders`, `shop.orders`, `prod.shop.orders`: the last part names the thing, those before it its place. */
export interface QualifiedName extends Node {
  readonly kind: "QualifiedName";
  readonly parts: readonly Identifier[];
}

/**
 * `DECIMAL(10, 2) NOT NULL`, `ROW<lat DOUBLE, lon DOUBLE>`; arguments are as written and checked by the
 * binder.
 */
export interface TypeName extends Node {
  readonly kind: "TypeName";
  readonly name: string;
  readonly arguments: readonly number[];
  /** Of ROW its fields; of ARRAY and MULTISET the element; of MAP its key and value (nameless). */
  readonly children: readonly TypeChild[];
  /** Of INTERVAL the fields that it spans. */
  readonly interval: IntervalRange | undefined;
  readonly notNull: boolean;
}

export interface TypeChild {
  readonly name: Identifier | undefined;
  readonly type: TypeName;
  readonly comment: string | undefined;
}

export type IntervalUnit = "YEAR" | "QUARTER" | "MONTH" | "WEEK" | "DAY" | "HOUR" | "MINUTE" | "SECOND";

/** `DAY`, `DAY TO SECOND`. */
export interface IntervalRange {
  readonly from: IntervalUnit;
  readonly to: IntervalUnit | undefined;
}
