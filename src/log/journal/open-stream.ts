/** One stream that is written: how its rows are checked, and those that wait to become steps. */
import { type RowKind, rowKind } from "../../values/column-batch.ts";
import type { BodyChecker } from "../check/check-body.ts";
import { compileRowCheck, type RowFormat } from "../check/row-check.ts";
import { rowFormatOf } from "../check/row-format.ts";
import type { LogSettings } from "../log-settings.ts";
import { removalFormat } from "../removal.ts";
import type { StreamDeclaration } from "../step-payload.ts";
import { StepBuilder } from "./step-builder.ts";

export class OpenStream {
  readonly declaration: StreamDeclaration;
  readonly checker: BodyChecker;
  readonly rows: StepBuilder;
  readonly dead: StepBuilder;
  /** The step that the gathered rows become; its number is known when they are appended. */
  next = { number: 0 };
  readonly #limits: LogSettings;
  #removals: BodyChecker | undefined;

  constructor(declaration: StreamDeclaration, dead: StreamDeclaration, limits: LogSettings) {
    this.declaration = declaration;
    this.#limits = limits;
    this.checker = this.#checkerOf(rowFormatOf(declaration.table));
    this.rows = new StepBuilder(declaration);
    this.dead = new StepBuilder(dead);
  }

  /** Of rows that are taken, or of those that take others away. */
  checkerFor(kind: RowKind): BodyChecker {
    if (kind !== rowKind.delete) return this.checker;
    this.#removals ??= this.#checkerOf(removalFormat(this.declaration.table));
    return this.#removals;
  }

  #checkerOf(format: RowFormat): BodyChecker {
    return { format, check: compileRowCheck(format), limits: this.#limits };
  }
}
