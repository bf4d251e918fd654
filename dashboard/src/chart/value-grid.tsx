/**
 * Numbers as cells of one colour, the darker the more. It is a table, so that it is read as one; arrow keys
 * go from cell to cell, and below it stands what the cell says that has the focus or the pointer.
 */
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactNode,
  type SyntheticEvent,
  useRef,
  useState,
} from "react";
import { plainName } from "../data/groups.ts";
import { Name } from "./name.tsx";
import { useSecondTouch } from "./second-touch.ts";
import { useWidth } from "./use-width.ts";

export type CellLook =
  | { readonly is: "missing" }
  | { readonly is: "unreadable" }
  | { readonly is: "value"; readonly step: number; readonly isOpen: boolean };

export interface GridCell {
  readonly look: CellLook;
  /** In the cell, where there is room. */
  readonly short: string;
  /** All that is known of it. */
  readonly words: string;
}

export interface GridRow {
  readonly heading: string | null;
  /** Between the heading and the cells. */
  readonly aside: string | undefined;
  readonly cells: readonly GridCell[];
}

interface ValueGridProps {
  readonly label: string;
  readonly columns: readonly (string | null)[];
  /** Above the headings of rows, and above what is between them and the cells. */
  readonly corner: readonly [string, string | undefined];
  readonly rows: readonly GridRow[];
  readonly cellWidthMin: number;
  /** Below it while no cell is looked at. */
  readonly resting: string;
  /** A cell with a value is pressed; undefined where nobody explains it. */
  readonly onPress: ((from: HTMLElement, row: number, column: number) => void) | undefined;
}

const stepLooks = [
  "bg-heat-1 text-on-heat",
  "bg-heat-2 text-on-heat",
  "bg-heat-3 text-on-heat",
  "bg-heat-4 text-on-heat",
  "bg-heat-5 text-on-heat-5",
  "bg-heat-6 text-on-heat-6",
];
const digitWidth = 7;
const headingCharactersMax = 14;

export function ValueGrid(props: ValueGridProps): ReactNode {
  const { label, columns, corner, rows, cellWidthMin, resting, onPress } = props;
  const [place, width] = useWidth<HTMLDivElement>();
  const table = useRef<HTMLTableElement>(null);
  const [[row, column], setFocus] = useState<readonly [number, number]>([0, 0]);
  const [shown, setShown] = useState<readonly [number, number]>();
  const { headingWidth, asideWidth, every, tells } = widthsOf(props, width);
  const focus = [Math.min(row, rows.length - 1), Math.min(column, columns.length - 1)] as const;
  const pointed = (event: SyntheticEvent) => setShown(placeOfCell(event.target));
  const isMeant = useSecondTouch();
  const press = (event: SyntheticEvent): void => {
    const at = placeOfCell(event.target);
    const cell = at && cellAt(table.current, at);
    if (cell && hasValue(rows, at)) onPress?.(cell, at[0], at[1]);
  };
  const clicked = (event: MouseEvent): void => {
    if (isMeant(event, placeOfCell(event.target)?.join(" "))) press(event);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter") press(event);
    const next = placeAfter(event, focus, rows.length, columns.length);
    if (next === undefined) return;
    event.preventDefault();
    setFocus(next);
    cellAt(table.current, next)?.focus();
  };
  return (
    <div ref={place}>
      <div className="relative overflow-x-auto p-0.5">
        <table
          ref={table}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: keys go through its cells.
          role="grid"
          aria-label={label}
          onKeyDown={pressed}
          onClick={clicked}
          onPointerOver={pointed}
          onPointerLeave={() => setShown(undefined)}
          onFocus={(event) => {
            pointed(event);
            setFocus(placeOfCell(event.target) ?? focus);
          }}
          onBlur={() => setShown(undefined)}
          className="w-full table-fixed border-separate border-spacing-0.5 text-xs tabular-nums"
          style={{ minWidth: headingWidth + asideWidth + columns.length * cellWidthMin }}
        >
          <Head {...{ columns, corner, every, headingWidth, asideWidth }} />
          <tbody>
            {rows.map((each, at) => (
              <Row
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have their places.
                key={at}
                row={each}
                at={at}
                focus={focus[0] === at ? focus[1] : undefined}
                isPressable={onPress !== undefined}
                tells={tells}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p aria-hidden="true" className="mt-1 h-4 truncate text-xs text-muted tabular-nums">
        {shown === undefined ? resting : rows[shown[0]]?.cells[shown[1]]?.words}
      </p>
    </div>
  );
}

interface HeadProps {
  readonly columns: readonly (string | null)[];
  readonly corner: readonly [string, string | undefined];
  /** Where there is no room, only each such heading is seen. */
  readonly every: number;
  readonly headingWidth: number;
  readonly asideWidth: number;
}

function Head({ columns, corner: [corner, aside], every, headingWidth, asideWidth }: HeadProps): ReactNode {
  return (
    <thead className="text-muted">
      <tr>
        <th scope="col" className="truncate text-left font-medium" style={{ width: headingWidth }}>
          {corner === "" ? <span className="sr-only">Row</span> : corner}
        </th>
        {aside !== undefined && (
          <th scope="col" className="pr-1 text-right font-medium" style={{ width: asideWidth }}>
            {aside}
          </th>
        )}
        {columns.map((column, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: columns have their places.
          <th key={at} scope="col" className="overflow-visible font-medium whitespace-nowrap">
            <span className={at % every === 0 ? "" : "sr-only"}>
              <Name names={[column]} />
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowProps {
  readonly row: GridRow;
  readonly at: number;
  /** The column that the tab key comes to, where it is in this row. */
  readonly focus: number | undefined;
  /** Whether cells have room for their text. */
  readonly tells: boolean;
  readonly isPressable: boolean;
}

const Row = memo(function Row({ row, at, focus, tells, isPressable }: RowProps): ReactNode {
  const { heading, aside, cells } = row;
  return (
    <tr>
      <th scope="row" className="truncate pr-1 text-left font-normal text-muted">
        <Name names={[heading]} />
      </th>
      {aside !== undefined && <td className="truncate pr-1 text-right">{aside}</td>}
      {cells.map(({ look, short, words }, column) => (
        <td
          // biome-ignore lint/suspicious/noArrayIndexKey: cells have their places.
          key={column}
          data-cell={`${at} ${column}`}
          tabIndex={focus === column ? 0 : -1}
          title={words}
          aria-haspopup={isPressable && look.is === "value" ? "dialog" : undefined}
          className={`h-6 rounded-xs text-center outline-offset-0 ${classOf(look)} ${
            isPressable && look.is === "value" ? "cursor-pointer underline-offset-2 hover:underline" : ""
          }`}
        >
          <span className={tells ? "" : "sr-only"}>{short}</span>
        </td>
      ))}
    </tr>
  );
});

/** What is not there has no colour at all, so that nobody takes it for zero. */
function classOf(look: CellLook): string {
  if (look.is === "missing") return "text-muted";
  if (look.is === "unreadable") return "border border-dotted border-muted text-muted";
  const step = stepLooks[look.step] ?? "";
  return look.isOpen ? `${step} border border-dashed border-ink` : step;
}

function widthsOf({ columns, corner, rows, cellWidthMin }: ValueGridProps, width: number) {
  const headingWidth = widthOf([...rows.map(({ heading }) => plainName([heading])), corner[0]]);
  const asideWidth = widthOf(rows.map(({ aside }) => aside ?? "").concat(corner[1] ?? ""));
  const cellWidth = Math.max((width - headingWidth - asideWidth) / columns.length, cellWidthMin);
  const every = Math.ceil(widthOf(columns.map((each) => plainName([each]))) / cellWidth);
  const longest = Math.max(...rows.flatMap(({ cells }) => cells.map(({ short }) => short.length)));
  return { headingWidth, asideWidth, every, tells: longest * digitWidth + 4 <= cellWidth };
}

function widthOf(texts: readonly string[]): number {
  const longest = Math.max(...texts.map(({ length }) => length));
  return longest === 0 ? 0 : Math.min(longest, headingCharactersMax) * digitWidth + 14;
}

function cellAt(table: HTMLElement | null, place: readonly [number, number]): HTMLElement | undefined {
  return table?.querySelector<HTMLElement>(`[data-cell="${place.join(" ")}"]`) ?? undefined;
}

function placeOfCell(target: EventTarget): readonly [number, number] | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>("[data-cell]") : null;
  const [row, column] = cell?.dataset.cell?.split(" ").map(Number) ?? [];
  return row === undefined || column === undefined ? undefined : [row, column];
}

function hasValue(rows: readonly GridRow[], [row, column]: readonly [number, number]): boolean {
  return rows[row]?.cells[column]?.look.is === "value";
}

function placeAfter(
  { key, ctrlKey }: KeyboardEvent,
  [row, column]: readonly [number, number],
  rows: number,
  columns: number,
): readonly [number, number] | undefined {
  switch (key) {
    case "ArrowLeft":
      return [row, Math.max(column - 1, 0)];
    case "ArrowRight":
      return [row, Math.min(column + 1, columns - 1)];
    case "ArrowUp":
      return [Math.max(row - 1, 0), column];
    case "ArrowDown":
      return [Math.min(row + 1, rows - 1), column];
    case "Home":
      return [ctrlKey ? 0 : row, 0];
    case "End":
      return [ctrlKey ? rows - 1 : row, columns - 1];
    default:
      return undefined;
  }
}
