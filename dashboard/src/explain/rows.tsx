/** The rows behind a number, and behind each of them the events that made it. */
import { type ReactNode, useId, useState } from "react";
import type { WireRow } from "../../../src/serving/protocol.ts";
import type { Around } from "../panels/panel-kind.ts";
import { RowEvents } from "./events.tsx";
import { Section } from "./parts.tsx";
import type { Explained, ExplainedRow } from "./shape.ts";

interface RowsBehindProps {
  readonly of: Explained;
  readonly around: Pick<Around, "times" | "at">;
  /** How many are told before somebody asks for more. */
  readonly atOnce: number;
}

export function RowsBehind({ of, around, atOnce }: RowsBehindProps): ReactNode {
  const { view, rows, told, keyNames } = of;
  const [count, setCount] = useState(atOnce);
  // Of one row that was corrected it is what somebody wants to know.
  const isWanted = rows.length === 1 && told(rows[0]!).state === "corrected";
  return (
    <Section title={`Rows behind it, of ${view}`}>
      {rows.length === 0 && <p className="text-muted">None.</p>}
      <ol>
        {rows.slice(0, count).map((row: WireRow) => (
          <RowLine key={row.key} row={told(row)} {...{ view, keyNames, around, isWanted }} />
        ))}
      </ol>
      {rows.length > count && (
        <button
          type="button"
          onClick={() => setCount(count + atOnce)}
          className="quiet-button mt-2 px-3 py-1"
        >
          {`${Math.min(atOnce, rows.length - count)} more of ${rows.length - count}`}
        </button>
      )}
    </Section>
  );
}

const stateLooks: Readonly<Record<ExplainedRow["state"], string>> = {
  open: "border border-dashed border-accent px-2 text-accent",
  corrected: "bg-raised px-2 text-ink",
  final: "text-muted",
};

interface RowLineProps {
  readonly view: string;
  readonly row: ExplainedRow;
  readonly keyNames: readonly string[];
  readonly around: RowsBehindProps["around"];
  /** Its events are told without being asked for. */
  readonly isWanted: boolean;
}

function RowLine({ view, row, keyNames, around, isWanted }: RowLineProps): ReactNode {
  const { key, name, state, stateWords, cells } = row;
  const [isOpen, setIsOpen] = useState(isWanted);
  const id = useId();
  return (
    <li data-row={key} data-state={state} className="border-b border-line py-2 last:border-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="font-medium break-all tabular-nums">{name}</span>
        <span className={`rounded-full text-xs ${stateLooks[state]}`}>{stateWords}</span>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          aria-label={`Events behind ${name}`}
          onClick={() => setIsOpen(!isOpen)}
          className="quiet-button ml-auto px-2 py-0.5"
        >
          Events
        </button>
      </div>
      <dl className="mt-1 flex flex-wrap gap-x-4 text-xs tabular-nums">
        {cells.map((cell) => (
          <div key={cell.name} className="flex min-w-0 gap-1">
            <dt className="text-muted">{cell.name}</dt>
            <dd data-column={cell.name} className="break-all">
              <bdi>{cell.text === "" ? "–" : cell.text}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {isOpen && (
        <div id={id} className="mt-2 border-l-2 border-line pl-3">
          <RowEvents {...{ view, keyNames }} times={around.times} at={around.at} rowKey={key} />
        </div>
      )}
    </li>
  );
}
