/**
 * The rows of a test's tables, in the order in which the test gives them: whatever tables a query reads,
 * their rows come in that order, so many of one table and one append time at once.
 */
import type { TableDefinition } from "../../src/catalog/catalog.ts";
import type { Source, SourceChunk } from "../../src/connectors/connector.ts";
import { RowChecker } from "../../src/connectors/filesystem/row-checker.ts";
import { withPartialRows } from "../../src/sql/bind/computed-columns.ts";
import { rowKindSigns } from "../../src/values/column-batch.ts";

export interface GivenRow {
  readonly table: string;
  readonly kind: number;
  readonly json: string;
  readonly appendTimeMs: number;
}

export class GivenRows {
  readonly #rows: GivenRow[] = [];
  /** The append time of rows that are added now. */
  clockMs = Date.parse("2026-01-01T00:00:00Z");
  /** And of those that were given last. */
  givenAtMs = this.clockMs;

  /** A row that is not inserted says so before its JSON: `-D {…}`. */
  add(table: string, lines: readonly string[]): void {
    const appendTimeMs = this.clockMs;
    for (const line of lines) {
      const [, sign = "+I", json] = /^(?:([+-][IUD]) )?(.*)$/s.exec(line)!;
      this.#rows.push({
        table,
        kind: (rowKindSigns as readonly string[]).indexOf(sign),
        json: json!,
        appendTimeMs,
      });
    }
  }

  /**
   * Sources that are asked in turn: whose rows are not next gives none. They end together, so that the
   * watermark of one that has given all of its rows stays what it is.
   */
  sources(tables: readonly TableDefinition[], chunkRows: number): readonly Source[] {
    const names = new Set(tables.map(({ name }) => name));
    const left = this.#rows.filter(({ table }) => names.has(table));
    this.givenAtMs = left[0]?.appendTimeMs ?? this.clockMs;
    return tables.map((table): Source => {
      const checker = new RowChecker(withPartialRows(table), "no option", 1024 * 1024);
      let given = 0;
      return {
        bounded: true,
        rowsLeftOut: 0,
        get position() {
          return [given];
        },
        next: async () => {
          if (left.length === 0) return undefined;
          let count = 0;
          const { appendTimeMs } = left[0]!;
          const isNext = (row: GivenRow | undefined) =>
            row?.table === table.name && row.appendTimeMs === appendTimeMs;
          while (count < chunkRows && isNext(left[count])) count++;
          const rows = left.splice(0, count);
          if (count > 0) this.givenAtMs = appendTimeMs;
          given += count;
          return chunkOf(rows, checker, table.name, given - count);
        },
        close: async () => {},
      };
    });
  }
}

/** Rows of a test, checked as all rows are. */
export function chunkOf(
  rows: readonly GivenRow[],
  checker: RowChecker,
  name: string,
  first: number,
): SourceChunk & { readonly rowKinds: Uint8Array | null } {
  const text = rows.map(({ json }) => `${json}\n`).join("");
  const length = Buffer.byteLength(text);
  const bytes = new Uint8Array(length + 8);
  bytes.set(Buffer.from(text));
  const chunk = checker.check(bytes, length, name, (_, row) => first + row + 1);
  const hasChanges = rows.some(({ kind }) => kind !== 0);
  return {
    ...chunk,
    firstRowOffset: first,
    rowKinds: hasChanges ? Uint8Array.from(rows, ({ kind }) => kind) : null,
  };
}
