/**
 * What the statements of several files were bound to when they were analyzed last: while one file of a
 * project is edited the others are neither read nor bound again.
 *
 * A statement is known where its file is the same text, and so is every statement that makes something which
 * it names, and whatever these name, all the way down. Whatever else there is cannot change what it is bound
 * to. Where statements do more than make things (`SET`, `DROP`) nothing is known.
 */
import type { Catalog, CatalogAddition } from "../catalog/catalog.ts";
import type { BoundStatement } from "./analyze.ts";
import type { Statement, StatementKind } from "./parse/ast.ts";
import { type ParsedScript, parseScript } from "./parse/parse-statement.ts";
import { namesIn, namesMadeBy } from "./statement-order.ts";

interface Kept {
  readonly bound: BoundStatement;
  /** What the catalog was told of it. */
  readonly additions: readonly CatalogAddition[];
  readonly needs: readonly Statement[];
}

const making: ReadonlySet<StatementKind> = new Set([
  "CreateTable",
  "CreateView",
  "CreateMaterializedView",
  "InsertInto",
]);

export class KnownStatements {
  #parsed = new Map<string, ParsedScript>();
  #settings = "";
  #kept = new Map<Statement, Kept>();
  #needs: ReadonlyMap<Statement, readonly Statement[]> = new Map();

  /** Statements of a text that is the same are the same objects. */
  parse(texts: readonly string[]): readonly ParsedScript[] {
    const before = this.#parsed;
    this.#parsed = new Map();
    return texts.map((text) => {
      // Another file of the same text has statements of its own.
      if (this.#parsed.has(text)) return parseScript(text);
      const parsed = before.get(text) ?? parseScript(text);
      this.#parsed.set(text, parsed);
      return parsed;
    });
  }

  /** Forgets what has changed: what is bound from here on is of these statements. */
  begin(statements: readonly Statement[], settings: string): void {
    const before = this.#kept;
    const isPlain = statements.every(({ kind }) => making.has(kind));
    const isSame = isPlain && settings === this.#settings;
    this.#settings = settings;
    this.#needs = isPlain ? needsOf(statements) : new Map();
    this.#kept = new Map();
    if (!isSame) return;
    for (const [statement, needs] of this.#needs) {
      const kept = before.get(statement);
      if (kept !== undefined && isSameList(kept.needs, needs)) this.#kept.set(statement, kept);
    }
    for (let count = -1; count !== this.#kept.size; ) {
      count = this.#kept.size;
      for (const [statement, { needs }] of this.#kept)
        if (!needs.every((needed) => this.#kept.has(needed))) this.#kept.delete(statement);
    }
  }

  /** As it was bound before, or else anew: the catalog has in either case what it adds. */
  bind(
    statement: Statement,
    catalog: Catalog,
    anew: () => BoundStatement | undefined,
  ): BoundStatement | undefined {
    const kept = this.#kept.get(statement);
    if (kept !== undefined) {
      for (const add of kept.additions) add(catalog);
      return kept.bound;
    }
    const { result: bound, additions } = catalog.noted(anew);
    const needs = this.#needs.get(statement);
    if (bound !== undefined && needs !== undefined) this.#kept.set(statement, { bound, additions, needs });
    return bound;
  }
}

/** By statement: the others that make what it names, or the same as it does. */
function needsOf(statements: readonly Statement[]): ReadonlyMap<Statement, readonly Statement[]> {
  const makers = new Map<string, Statement[]>();
  for (const statement of statements) {
    for (const name of touchedBy(statement)) makers.set(name, [...(makers.get(name) ?? []), statement]);
  }
  return new Map(
    statements.map((statement) => {
      const names = [...namesIn(statement), ...touchedBy(statement)];
      const needs = new Set(names.flatMap((name) => makers.get(name) ?? []));
      needs.delete(statement);
      return [statement, [...needs]];
    }),
  );
}

/** Who writes a stream is part of what the stream is. */
function touchedBy(statement: Statement): readonly string[] {
  const made = namesMadeBy(statement);
  return statement.kind === "InsertInto" ? [...made, statement.target.parts.at(-1)!.name] : made;
}

function isSameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((each, place) => each === other[place]);
}
