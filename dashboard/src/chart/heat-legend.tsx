/** What the steps of a heat map mean. */
import type { ReactNode } from "react";

interface HeatLegendProps {
  /** Where each step begins, and where the last one ends. */
  readonly bounds: readonly string[];
  /** Whether the last step has more than where it ends. */
  readonly isOpenEnded?: boolean;
  readonly hasMissing: boolean;
}

const fills = ["bg-heat-1", "bg-heat-2", "bg-heat-3", "bg-heat-4", "bg-heat-5", "bg-heat-6"];

export function HeatLegend({ bounds, isOpenEnded = false, hasMissing }: HeatLegendProps): ReactNode {
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted tabular-nums">
      <span className="flex items-center gap-1.5">
        <bdi>{bounds[0]}</bdi>
        <span className="flex gap-0.5" aria-hidden="true">
          {fills.map((fill, step) => (
            <i
              key={fill}
              className={`h-3 w-5 rounded-xs ${fill}`}
              title={`${bounds[step]} – ${bounds[step + 1]}`}
            />
          ))}
        </span>
        <bdi>
          {bounds.at(-1)}
          {isOpenEnded && " and more"}
        </bdi>
      </span>
      {hasMissing && <span>No colour: nothing there.</span>}
    </div>
  );
}
