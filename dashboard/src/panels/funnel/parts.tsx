/** The same steps for each value of a property. */
import type { ReactNode } from "react";
import { Name } from "../../chart/name.tsx";
import { exact, formatted } from "../../data/formatted.ts";
import { ExplainedNumber } from "../../explain/explained-number.tsx";
import type { Funnel } from "./shape.ts";
import { count, share, stepMark } from "./words.ts";

export function Parts({ steps, parts, partedBy }: Funnel): ReactNode {
  return (
    <details className="mt-3">
      <summary className="w-fit cursor-pointer rounded-md text-xs font-medium text-accent">
        By <bdi>{partedBy}</bdi>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section tabIndex={0} aria-label={`Steps by ${partedBy}`} className="mt-2 max-h-64 overflow-auto">
        <table className="w-full tabular-nums">
          <thead className="text-xs text-muted">
            <tr className="border-b border-line">
              <th scope="col" className="py-1 pr-3 text-left font-medium">
                {partedBy}
              </th>
              {steps.map(({ title }, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: steps have their places.
                <th key={at} scope="col" className="py-1 pl-3 text-right font-medium">
                  <bdi>{title}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {parts.map((part, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: "others" may be a value too.
              <tr key={row} className="border-b border-line last:border-0">
                <th scope="row" className="max-w-40 truncate py-1 pr-3 text-left font-normal">
                  <Name names={[part.name]} />
                </th>
                {part.steps.map(({ value, ofFirst }, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: steps have their places.
                  <td key={at} className="py-1 pl-3 text-right whitespace-nowrap" title={exact(value, count)}>
                    <ExplainedNumber mark={stepMark(at, "value", row)}>
                      {formatted(value, count)}
                    </ExplainedNumber>
                    {at > 0 && (
                      <span className="ml-1.5 text-xs text-muted">
                        <ExplainedNumber mark={stepMark(at, "ofFirst", row)}>
                          {formatted(ofFirst, share)}
                        </ExplainedNumber>
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
