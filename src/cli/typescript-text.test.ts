import { expect, test } from "vitest";
import { Catalog } from "../catalog/catalog.ts";
import { analyzeScript } from "../sql/analyze.ts";
import { typescriptText } from "./typescript-text.ts";

test("an interface for each stream and view, with what may be NULL, and lists of both", () => {
  const catalog = new Catalog();
  const { errors } = analyzeScript(
    `CREATE TABLE order_events (
      id STRING NOT NULL, amount DECIMAL(10, 2), units BIGINT NOT NULL, paid BOOLEAN, share DOUBLE NOT NULL,
      store ROW<city STRING NOT NULL, \`zip code\` INT>,
      tags ARRAY<STRING>, counts MAP<STRING, INT NOT NULL> NOT NULL,
      \`day\` DATE, ts TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR ts AS ts
    );
    CREATE TABLE sink (n INT) WITH ('connector' = 'print');
    CREATE MATERIALIZED VIEW \`top 3\` AS SELECT window_start, window_end, paid, COUNT(*) AS n,
      SUM(amount) AS total, AVG(share) AS share
    FROM TABLE(TUMBLE(TABLE order_events, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
    GROUP BY window_start, window_end, paid;`,
    catalog,
  );
  expect(errors).toEqual([]);
  expect(
    typescriptText(catalog),
  ).toBe(`// Made by \`quickwater types\`: run it again when the SQL has changed.

export interface OrderEventsEvent {
  readonly id: string;
  readonly amount?: number | string | null;
  readonly units: number;
  readonly paid?: boolean | null;
  readonly share: number;
  readonly store?: { readonly city: string; readonly "zip code"?: number | null; } | null;
  readonly tags?: readonly (string | null)[] | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly day?: string | null;
  readonly ts: string;
}

export interface Top3Row {
  readonly window_start: string;
  readonly window_end: string;
  readonly paid: boolean | null;
  readonly n: number | bigint;
  readonly total: string | null;
  readonly share: number | null;
  readonly $final: boolean;
  readonly $revision: number;
}

/** An event by the name of its stream. */
export interface Streams {
  readonly order_events: OrderEventsEvent;
}

/** A row by the name of its view. */
export interface Views {
  readonly "top 3": Top3Row;
}
`);
});
