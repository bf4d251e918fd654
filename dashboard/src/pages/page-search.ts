/** The state of a page is its address: what of time, which of its filters, in whose zone, how often drawn. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { PageFilter } from "../../../src/serving/pages.ts";
import { readTimeSearch, type TimeSearch } from "../time/page-time.ts";
import { readZoneSearch, type ZoneSearch } from "../time/use-times.ts";

export interface PageSearch extends TimeSearch, ZoneSearch {
  /** Seconds between two drawings; what is not there is as the page says. */
  readonly every?: string | undefined;
  /** Filters by their names. */
  readonly [filter: string]: string | undefined;
}

const everyWords = ["5", "10", "30", "60"];

export function readPageSearch(search: Readonly<Record<string, unknown>>): PageSearch {
  const { from: _from, to: _to, span: _span, at: _at, tz: _tz, every, ...others } = search;
  const filters = Object.entries(others).map(([name, value]) => [name, String(value)]);
  const drawn = everyWords.includes(String(every)) ? { every: String(every) } : {};
  return { ...Object.fromEntries(filters), ...drawn, ...readTimeSearch(search), ...readZoneSearch(search) };
}

export function usePageSearch(): PageSearch {
  return useSearch({ strict: false }) as PageSearch;
}

/** What is undefined goes out of the address; `replace` leaves no step to go back to. */
export function useSearchChange(): (change: PageSearch, replace?: boolean) => void {
  const navigate = useNavigate();
  return useCallback(
    (change, replace = false) => {
      void navigate({ to: ".", search: ((old: PageSearch) => ({ ...old, ...change })) as never, replace });
    },
    [navigate],
  );
}

/** An empty text in the address is all values, also where the page begins with one. */
export function chosenOf({ name, first }: PageFilter, search: PageSearch): string | null {
  const chosen = search[name];
  return chosen === undefined ? first : chosen === "" ? null : chosen;
}
