/**
 * The frame that all panels share. Its size does not depend on its state, so nothing jumps when data come.
 */
import type { ReactNode } from "react";
import { formatAge } from "../numbers/format.ts";

/** Whether a panel shows what is true now. `ageMs` is the age of the newest row. */
export type Truth = { readonly is: "current" } | { readonly is: "old"; readonly ageMs: number | undefined };

interface PanelProps {
  readonly title: string;
  readonly truth: Truth;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Panel({ title, truth, aside, children }: PanelProps): ReactNode {
  return (
    <section aria-label={title} data-dimmed={truth.is === "old"} className="panel">
      <header className="flex h-12 items-center gap-3 px-5">
        <h2 className="text-sm font-semibold">{title}</h2>
        {truth.is === "old" && truth.ageMs !== undefined && (
          <span className="text-xs text-muted tabular-nums">{formatAge(truth.ageMs)} old</span>
        )}
        <div className="ml-auto flex items-center gap-2">{aside}</div>
      </header>
      {children}
    </section>
  );
}

export function Skeleton({ className }: { readonly className: string }): ReactNode {
  return <div aria-hidden="true" className={`rounded-md bg-raised motion-safe:animate-pulse ${className}`} />;
}
