import { type ReactNode, useDeferredValue, useMemo, useState } from "react";
import type { TablePanel } from "../../../../src/serving/pages.ts";
import { enterByArrow } from "../../explain/number-keys.ts";
import { formatCount } from "../../numbers/format.ts";
import type { DrawProps } from "../panel-kind.ts";
import { TableHead } from "./head.tsx";
import { foundRows, type Order, orderedRows } from "./order.ts";
import { TableRow } from "./row.tsx";
import { type PagePlace, placeOfPage, type TableModel } from "./shape.ts";

const rowHeight = 35;

export function DrawTable({ panel, model, around }: DrawProps<TablePanel, TableModel>): ReactNode {
  const [chosenOrder, setChosenOrder] = useState<Order>();
  const [search, setSearch] = useState("");
  const [wantedPage, setWantedPage] = useState(0);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const { columns, rows } = model;
  const order = chosenOrder ?? model.order;
  const wanted = useDeferredValue(search);
  const found = useMemo(() => foundRows(rows, columns, wanted), [rows, columns, wanted]);
  const place = placeOfPage(wantedPage, panel.pageRows, found.length);
  const shown = useMemo(
    () => orderedRows(found, columns, order, place.from, place.to),
    [found, columns, order, place.from, place.to],
  );
  const toggle = (key: string): void => {
    const next = new Set(opened);
    if (!next.delete(key)) next.add(key);
    setOpened(next);
  };
  const sortBy = (next: Order): void => {
    setChosenOrder(next);
    setWantedPage(0);
  };
  const searchFor = (text: string): void => {
    setSearch(text);
    setWantedPage(0);
  };
  const isPaged = rows.length > panel.pageRows;
  return (
    <div className="pb-2">
      {panel.search && <Search title={panel.title} value={search} onChange={searchFor} />}
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        aria-label={`${panel.title}: rows`}
        onKeyDown={enterByArrow}
        className="relative overflow-x-auto"
        style={{ minHeight: isPaged ? rowHeight * (panel.pageRows + 1) : undefined }}
      >
        <table className="w-full text-sm tabular-nums">
          <TableHead {...{ columns, order, sortBy }} tellsState={model.tellsState} />
          <tbody>
            {shown.map((row) => (
              <TableRow
                key={row.key}
                {...{ panel, model, around, row }}
                isOpen={opened.has(row.key)}
                toggle={toggle}
              />
            ))}
          </tbody>
        </table>
        {found.length === 0 && <p className="px-5 py-4 text-sm text-muted">No row has “{wanted.trim()}”.</p>}
      </section>
      <Foot {...{ place, model }} found={found.length} turnTo={setWantedPage} />
    </div>
  );
}

interface SearchProps {
  readonly title: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function Search({ title, value, onChange }: SearchProps): ReactNode {
  return (
    <div className="px-5 pb-2">
      <input
        type="search"
        aria-label={`Search in ${title}`}
        placeholder="Search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="w-full max-w-64 rounded-md border border-line bg-surface px-2.5 py-1 text-sm
          placeholder:text-muted"
      />
    </div>
  );
}

interface FootProps {
  readonly place: PagePlace;
  readonly found: number;
  readonly model: TableModel;
  readonly turnTo: (page: number) => void;
}

function Foot({ place: { page, pages, from, to }, found, model, turnTo }: FootProps): ReactNode {
  const count = (rows: number): string => formatCount(BigInt(rows));
  const place = pages === 1 ? "" : `${count(from + 1)}–${count(to)} of `;
  const all = found === model.rows.length ? "" : ` found in ${count(model.rows.length)}`;
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-3 px-5 pt-2 text-xs text-muted tabular-nums">
      <p role="status">{`${place}${count(found)} ${found === 1 ? "row" : "rows"}${all}`}</p>
      {model.undated > 0 && <p>{count(model.undated)} more have no time</p>}
      {pages > 1 && (
        <div className="ml-auto flex gap-2">
          <PageButton words="Previous" disabled={page === 0} turn={() => turnTo(page - 1)} />
          <PageButton words="Next" disabled={page === pages - 1} turn={() => turnTo(page + 1)} />
        </div>
      )}
    </div>
  );
}

interface PageButtonProps {
  readonly words: string;
  readonly disabled: boolean;
  readonly turn: () => void;
}

/** It keeps the focus at the last page, which a disabled button would lose. */
function PageButton({ words, disabled, turn }: PageButtonProps): ReactNode {
  return (
    <button
      type="button"
      aria-disabled={disabled}
      onClick={() => !disabled && turn()}
      className="quiet-button px-2 py-1 aria-disabled:cursor-default aria-disabled:opacity-50"
    >
      {words}
    </button>
  );
}
