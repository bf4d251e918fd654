/**
 * The frame that all panels share. Its size does not depend on its state, so nothing jumps when data come.
 */
import type { ReactNode } from "react";
import type { PanelTruth } from "./panel-truth.ts";

interface PanelProps {
  readonly id?: string | undefined;
  readonly title: string;
  /** Below the title of its row, where that has one. */
  readonly heading?: "h2" | "h3" | undefined;
  readonly note?: string | null | undefined;
  readonly truth: PanelTruth;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Panel({
  id,
  title,
  heading: Heading = "h3",
  note,
  truth,
  aside,
  children,
}: PanelProps): ReactNode {
  return (
    <section
      id={id}
      aria-label={title}
      data-dimmed={truth.isDimmed}
      data-state={truth.state}
      className="panel flex h-full min-w-0 flex-col"
    >
      <header className="flex min-h-11 items-center gap-2 py-1.5 pr-2 pl-5">
        <Heading className="min-w-0 truncate text-sm font-semibold" title={note ?? title}>
          {title}
        </Heading>
        {truth.words !== undefined && (
          <span className="shrink-0 text-xs text-muted tabular-nums">{truth.words}</span>
        )}
        <div className="ml-auto flex shrink-0 items-center">{aside}</div>
      </header>
      <div className="min-h-0 grow">{children}</div>
    </section>
  );
}

export function Skeleton({ className }: { readonly className: string }): ReactNode {
  return <div aria-hidden="true" className={`rounded-md bg-raised motion-safe:animate-pulse ${className}`} />;
}
