import { expect, it } from "vitest";
import { noon, readingOf } from "../../data/fixture.ts";
import { News } from "./news.ts";
import type { FeedItem } from "./shape.ts";

const { rows } = readingOf({ id: "integer" }, [[1]]);

/** By key; the time is the key's number. */
function items(...keys: readonly number[]): readonly FeedItem[] {
  const rest = { row: rows[0]!, text: [], more: null, level: undefined, state: null };
  return keys.map((key) => ({ ...rest, key: String(key), atMs: noon + key }));
}

it("says nothing of what is there at first", () => {
  expect(new News().take(items(2, 1), 0)).toEqual({ say: undefined, againInMs: undefined });
});

it("tells at once, and then what came in ten seconds together", () => {
  const news = new News();
  news.take(items(1), 0);
  expect(news.take(items(3, 2, 1), 1_000)).toEqual({ say: "2 new", againInMs: undefined });
  expect(news.take(items(4, 3, 2), 3_000)).toEqual({ say: undefined, againInMs: 8_000 });
  expect(news.take(items(6, 5, 4), 10_999)).toEqual({ say: undefined, againInMs: 1 });
  expect(news.take(items(6, 5, 4), 11_000)).toEqual({ say: "3 new", againInMs: undefined });
  expect(news.take(items(6, 5, 4), 60_000)).toEqual({ say: undefined, againInMs: undefined });
});

it("takes no older row for new that is seen because another one left", () => {
  const news = new News();
  news.take(items(9, 8), 0);
  expect(news.take(items(9, 2), 1_000).say).toBeUndefined();
});

it("counts rows without a time by their keys", () => {
  const news = new News();
  const undated = (...keys: readonly number[]) =>
    items(...keys).map((item) => ({ ...item, atMs: undefined }));
  news.take(undated(1), 0);
  expect(news.take(undated(1, 2), 1_000).say).toBe("1 new");
});
