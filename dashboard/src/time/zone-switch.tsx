/** Names the zone that all times of the page are in, and leads to the same page in the other one. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { isUtc, localZone } from "./times.ts";
import { useTimes } from "./use-times.ts";

export function ZoneSwitch(): ReactNode {
  const { zone } = useTimes();
  const search = (old: object) => ({ ...old, tz: zone === localZone ? "UTC" : undefined });
  return (
    <p className="text-sm text-muted">
      Times in {zone.replaceAll("_", " ")}
      {!isUtc(localZone) && (
        <Link
          to="."
          search={search as never}
          replace
          className="ml-2 rounded-sm font-medium text-accent hover:underline"
        >
          {zone === localZone ? "Show UTC" : `Show ${localZone.replaceAll("_", " ")}`}
        </Link>
      )}
    </p>
  );
}
