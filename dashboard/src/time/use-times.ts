/** The zone of the page's times: this machine's, or UTC where the address says `?tz=UTC`. */
import { useSearch } from "@tanstack/react-router";
import { localZone, type Times, timesIn } from "./times.ts";

export interface ZoneSearch {
  readonly tz?: "UTC" | undefined;
}

export function readZoneSearch(search: Readonly<Record<string, unknown>>): ZoneSearch {
  return search.tz === "UTC" ? { tz: "UTC" } : {};
}

export function useTimes(): Times {
  const { tz } = useSearch({ strict: false });
  return timesIn(tz ?? localZone);
}
