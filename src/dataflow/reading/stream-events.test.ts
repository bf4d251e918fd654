import { expect, test } from "vitest";
import { tableOf } from "../../../test/support/table-of.ts";
import { Catalog } from "../../catalog/catalog.ts";
import { BooksReader } from "../runtime/engine-books.ts";
import { querySettings } from "../runtime/query-messages.ts";
import { StreamEvents } from "./stream-events.ts";

test("the journal is asked for an event when it has what queries had written before", async () => {
  const catalog = new Catalog();
  catalog.addTable(tableOf("CREATE TABLE orders (id INT NOT NULL)"));
  const order: string[] = [];
  const written = Promise.withResolvers<void>();
  const events = new StreamEvents(
    { catalog, timeZone: "UTC", views: () => [] },
    {
      readings: {
        answer: async () => {
          order.push("asked");
          return undefined as never;
        },
      },
      streams: new Map([["orders", 1 as never]]),
      bounds: querySettings(),
      queries: () => ({ views: [], inserts: [] }),
      dataflow: () => ({ books: new BooksReader(), written: written.promise }),
    },
  );
  const journey = events.journey("orders", "1-0");
  await new Promise((resolve) => setTimeout(resolve, 20));
  order.push("written");
  written.resolve();
  await expect(journey).rejects.toThrow("no event 1-0");
  expect(order).toEqual(["written", "asked"]);
});
