/** How the server is and what it serves: read when somebody opens the connection's popover. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ServerHealth, ViewSummary } from "../../../src/serving/answers.ts";
import { formatAge, formatCount } from "../numbers/format.ts";
import { healthQuery, viewsQuery } from "./queries.ts";

const healthWords: Readonly<Record<ServerHealth["status"], string>> = {
  ok: "all parts work",
  degraded: "a part has stopped",
  failed: "takes no events",
};

export function ServerDetails(): ReactNode {
  const health = useQuery(healthQuery);
  const views = useQuery(viewsQuery);
  if (health.isPending || views.isPending) return <p className="text-muted">Asking the server…</p>;
  if (health.data === undefined || views.data === undefined) {
    return <p className="text-muted">{(health.error ?? views.error)?.message}</p>;
  }
  const { status, version, uptimeSeconds } = health.data;
  // TanStack Query keeps the last answer where the next one fails; it is shown as what it is.
  const isOld = health.isError || views.isError;
  return (
    <div data-dimmed={isOld}>
      <p>
        Quickwater {version}, <span className={status === "ok" ? "" : "text-bad"}>{healthWords[status]}</span>
      </p>
      <p className="text-muted">
        {isOld ? "does not answer; this was its last answer" : `runs for ${formatAge(uptimeSeconds * 1_000)}`}
      </p>
      <h3 className="mt-3 text-xs font-medium text-muted">Views</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <ul tabIndex={0} aria-label="Views" className="mt-1 grid max-h-60 gap-1 overflow-y-auto">
        {views.data.views.map((view) => (
          <ViewLine key={view.name} view={view} />
        ))}
      </ul>
    </div>
  );
}

function ViewLine({ view: { name, rowCount, failure } }: { readonly view: ViewSummary }): ReactNode {
  return (
    <li className="flex items-baseline justify-between gap-4">
      <code className="truncate font-mono text-xs" title={name}>
        {name}
      </code>
      {failure === null ? (
        <span className="shrink-0 text-xs text-muted tabular-nums">{formatCount(BigInt(rowCount))} rows</span>
      ) : (
        <span className="shrink-0 text-xs text-bad" title={failure}>
          stopped
        </span>
      )}
    </li>
  );
}
