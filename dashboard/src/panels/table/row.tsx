import { type MouseEvent, type ReactNode, useContext, useId } from "react";
import type { TablePanel } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { textOf } from "../../data/cells.ts";
import { ExplainContext, ExplainedNumber } from "../../explain/explained-number.tsx";
import { ValueCell } from "../detail/cells.tsx";
import { DetailRows } from "../detail/draw.tsx";
import type { Around } from "../panel-kind.ts";
import type { TableModel } from "./shape.ts";

interface TableRowProps {
  readonly panel: TablePanel;
  readonly model: TableModel;
  readonly around: Around;
  readonly row: WireRow;
  readonly isOpen: boolean;
  readonly toggle: (key: string) => void;
}

export function TableRow({ panel, model, around, row, isOpen, toggle }: TableRowProps): ReactNode {
  const detailId = useId();
  const { columns, tellsState } = model;
  const value = model.choice?.(row) ?? null;
  const choose = value === null ? null : panel.choose;
  const isChosen = choose !== null && around.filters.get(choose.filter) === textOf(value);
  // By keyboard its button is pressed, whose click gets here.
  const act = (event: MouseEvent): void => {
    // Who marks a text to copy it does not choose the row.
    if (event.detail > 0 && window.getSelection()?.isCollapsed === false) return;
    if (choose !== null) around.choose(choose.filter, isChosen ? null : textOf(value));
    else if (panel.detail !== null) toggle(row.key);
  };
  const detailButton = panel.detail && (
    <DetailButton
      words={`${panel.detail.title} of ${columns[0]?.shown(row, around.times) ?? "the row"}`}
      controls={detailId}
      isOpen={isOpen}
      toggle={() => toggle(row.key)}
    />
  );
  const canAct = choose !== null || panel.detail !== null;
  return (
    <>
      <tr
        onClick={act}
        data-chosen={isChosen}
        data-final={row.final}
        className={`border-b border-line last:border-0 hover:bg-raised data-[chosen=true]:bg-accent-soft
          data-[final=false]:border-dashed data-[final=false]:text-muted ${canAct ? "cursor-pointer" : ""}`}
      >
        {columns.map((column, position) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: columns never change places; titles may repeat.
          <ValueCell key={position} column={column} row={row} times={around.times}>
            {(text) => (
              <>
                {position === 0 && detailButton}
                {position === 0 && choose !== null ? (
                  <ChooseButton isChosen={isChosen}>
                    <bdi className="truncate">{text}</bdi>
                  </ChooseButton>
                ) : column.sorts === "number" ? (
                  <ExplainedNumber mark={[row.key, position]} isOfMany>
                    {text}
                  </ExplainedNumber>
                ) : (
                  <bdi className="truncate">{text}</bdi>
                )}
              </>
            )}
          </ValueCell>
        ))}
        {tellsState && <StateCell words={model.stateWords(row, around.toMs)} row={row} />}
      </tr>
      {isOpen && panel.detail !== null && (
        <tr id={detailId} className="border-b border-line bg-page">
          <td colSpan={columns.length + (tellsState ? 1 : 0)} className="p-0">
            <ExplainRow row={row} name={columns[0]?.shown(row, around.times)} />
            <DetailRows detail={panel.detail} row={row} columns={model.told} around={around} />
          </td>
        </tr>
      )}
    </>
  );
}

/** All numbers of a row at once. */
function ExplainRow({ row, name }: { readonly row: WireRow; readonly name: string | undefined }): ReactNode {
  const explain = useContext(ExplainContext);
  if (explain === undefined) return null;
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-label={`Explain ${name ?? "the row"}`}
      onClick={(event) => explain(event.currentTarget, [row.key])}
      className="quiet-button mt-3 ml-5 px-2 py-0.5"
    >
      Explain
    </button>
  );
}

/** Its click is that of the row. */
function ChooseButton({ isChosen, children }: { isChosen: boolean; children: ReactNode }): ReactNode {
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      className="flex min-w-0 items-center gap-1.5 font-medium text-accent hover:underline"
    >
      {children}
      <span aria-hidden="true" className={isChosen ? "" : "invisible"}>
        ✓
      </span>
    </button>
  );
}

interface DetailButtonProps {
  readonly words: string;
  readonly controls: string;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

function DetailButton({ words, controls, isOpen, toggle }: DetailButtonProps): ReactNode {
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      aria-controls={isOpen ? controls : undefined}
      aria-label={words}
      onClick={(event) => {
        event.stopPropagation();
        toggle();
      }}
      className="-ml-1 grid size-5 shrink-0 place-items-center rounded text-muted hover:text-ink"
    >
      <span aria-hidden="true" className={isOpen ? "rotate-90" : ""}>
        ›
      </span>
    </button>
  );
}

function StateCell({ words, row }: { readonly words: string; readonly row: WireRow }): ReactNode {
  const look = row.final
    ? row.revision > 0
      ? "bg-raised px-2 text-ink"
      : "text-muted"
    : "border border-dashed border-accent px-2 text-accent";
  return (
    <td className="py-1.5 pr-5 pl-3 whitespace-nowrap">
      <span
        title={row.revision > 0 ? `corrected ${row.revision} times` : undefined}
        className={`inline-block rounded-full py-0.5 text-xs ${look}`}
      >
        {row.revision > 0 && row.final ? (
          <ExplainedNumber mark={[row.key]} isOfMany>
            {words}
          </ExplainedNumber>
        ) : (
          words
        )}
      </span>
    </td>
  );
}
