/** Headings and cells of tables: numbers to the right, the exact value in the title. */
import type { ReactNode } from "react";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { exactly } from "../../data/exactly.ts";
import type { Times } from "../../time/times.ts";
import type { ShownColumn } from "./columns.ts";
import { LevelMark } from "./level-mark.tsx";

export function sideOf({ sorts }: ShownColumn): string {
  return sorts === "number" ? "text-right" : "text-left";
}

interface CellProps {
  readonly column: ShownColumn;
  readonly row: WireRow;
  readonly times: Times;
  /** In place of the bare text. */
  readonly children?: ((text: string) => ReactNode) | undefined;
}

export function ValueCell({ column, row, times, children }: CellProps): ReactNode {
  const level = column.level(row);
  const text = column.shown(row, times);
  return (
    <td
      className={`px-3 py-2 first:pl-5 last:pr-5 ${sideOf(column)}`}
      {...exactly(column.exact(row), "no value")}
    >
      <span
        className={`inline-flex max-w-40 sm:max-w-72 items-center gap-2 align-top ${
          column.sorts === "number" ? "justify-end whitespace-nowrap" : ""
        }`}
      >
        {level !== undefined && <LevelMark level={level} />}
        {children === undefined ? <bdi className="truncate">{text}</bdi> : children(text)}
      </span>
    </td>
  );
}
