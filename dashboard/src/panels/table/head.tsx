import type { ReactNode } from "react";
import { sideOf } from "../detail/cells.tsx";
import type { ShownColumn } from "../detail/columns.ts";
import type { Order } from "./order.ts";

interface TableHeadProps {
  readonly columns: readonly ShownColumn[];
  readonly order: Order | null;
  readonly sortBy: (order: Order) => void;
  readonly tellsState: boolean;
}

export function TableHead({ columns, order, sortBy, tellsState }: TableHeadProps): ReactNode {
  return (
    <thead className="text-xs text-muted">
      <tr className="border-b border-line">
        {columns.map((column, position) => (
          <Heading
            // biome-ignore lint/suspicious/noArrayIndexKey: columns never change places; titles may repeat.
            key={position}
            {...{ column, sortBy, position }}
            descending={order?.column === position ? order.descending : undefined}
          />
        ))}
        {tellsState && (
          <th scope="col" className="py-2 pr-5 pl-3 text-left font-medium">
            State
          </th>
        )}
      </tr>
    </thead>
  );
}

interface HeadingProps {
  readonly column: ShownColumn;
  readonly position: number;
  /** Undefined where the table is sorted by another one. */
  readonly descending: boolean | undefined;
  readonly sortBy: (order: Order) => void;
}

/** The first click begins with what is looked for most: the greatest, the newest, the first by name. */
function Heading({ column, position, descending, sortBy }: HeadingProps): ReactNode {
  const sort = descending === undefined ? "none" : descending ? "descending" : "ascending";
  const next = descending === undefined ? column.sorts !== "text" : !descending;
  return (
    <th
      scope="col"
      aria-sort={sort}
      className={`px-3 py-2 font-medium first:pl-5 last:pr-5 ${sideOf(column)}`}
    >
      <button
        type="button"
        onClick={() => sortBy({ column: position, descending: next })}
        className={`inline-flex items-center gap-1 whitespace-nowrap hover:text-ink ${
          column.sorts === "number" ? "flex-row-reverse" : ""
        } ${descending === undefined ? "" : "text-ink"}`}
      >
        <span className="max-w-48 truncate" title={column.title}>
          {column.title}
        </span>
        <span aria-hidden="true" className={descending === undefined ? "invisible" : ""}>
          {descending ? "↓" : "↑"}
        </span>
      </button>
    </th>
  );
}
