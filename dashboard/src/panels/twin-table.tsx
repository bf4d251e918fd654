/** The same as a picture, as a table: exact, and readable by everybody. */
import type { ReactNode } from "react";
import { ExplainedNumber } from "../explain/explained-number.tsx";
import type { Mark } from "../explain/mark.ts";
import { enterByArrow } from "../explain/number-keys.ts";
import type { Twin } from "./panel-kind.ts";

const rowsMax = 1_000;

interface TwinTableProps {
  readonly title: string;
  readonly twin: Twin;
}

export function TwinTable({ title, twin: { headings, rows, markAt } }: TwinTableProps): ReactNode {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label={`${title}, as a table`}
      onKeyDown={enterByArrow}
      className="max-h-96 overflow-auto px-5 pb-4"
    >
      <table className="w-full text-sm tabular-nums">
        <thead>
          <tr className="border-b border-line text-left text-xs text-muted">
            {headings.map((heading) => (
              <th key={heading} scope="col" className="py-1.5 pr-4 font-medium">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, rowsMax).map((cells, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a twin have no key of their own.
            <tr key={row} className="border-b border-line last:border-0">
              {cells.map((cell, column) => (
                <td key={headings[column]} className="py-1 pr-4 break-words">
                  <Cell text={cell} mark={markAt?.(row, column)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > rowsMax && (
        <p className="mt-2 text-xs text-muted">{rows.length - rowsMax} more are in the download.</p>
      )}
    </section>
  );
}

function Cell({ text, mark }: { readonly text: string; readonly mark: Mark | undefined }): ReactNode {
  if (mark === undefined || text === "") return <bdi>{text}</bdi>;
  return (
    <ExplainedNumber mark={mark} isOfMany>
      {text}
    </ExplainedNumber>
  );
}
