import { type ReactNode, useContext } from "react";
import type { BarsPanel } from "../../../../src/serving/pages.ts";
import { Name } from "../../chart/name.tsx";
import { Notes } from "../../chart/notes.tsx";
import { partFills, toneFill } from "../../chart/tones.ts";
import { exactWords } from "../../data/exact-words.ts";
import { exactly } from "../../data/exactly.ts";
import { formatted } from "../../data/formatted.ts";
import { plainName } from "../../data/groups.ts";
import { levelWords } from "../../data/levels.ts";
import { ExplainContext, ExplainedNumber } from "../../explain/explained-number.tsx";
import type { Mark } from "../../explain/mark.ts";
import type { DrawProps } from "../panel-kind.ts";
import type { Length, Part } from "./lengths.ts";
import type { Bar, Bars } from "./shape.ts";

export function DrawBars({ panel, model }: DrawProps<BarsPanel, Bars>): ReactNode {
  const hasLevels = model.bars.some(({ level }) => level !== undefined);
  const columns = hasLevels
    ? "grid-cols-[fit-content(38%)_minmax(0,1fr)_auto_fit-content(24%)]"
    : "grid-cols-[fit-content(38%)_minmax(0,1fr)_auto]";
  return (
    <div className="px-5 pb-4">
      {model.parts.length > 0 && <Legend parts={model.parts} />}
      <ol className={`grid gap-x-3 text-sm ${columns}`}>
        {model.bars.map((bar) => (
          <BarRow key={bar.key} {...{ bar, panel, model, hasLevels }} />
        ))}
      </ol>
      <Notes notes={model.notes} />
    </div>
  );
}

interface BarRowProps {
  readonly bar: Bar;
  readonly panel: BarsPanel;
  readonly model: Bars;
  readonly hasLevels: boolean;
}

function BarRow({ bar, panel, model: { zero, parts }, hasLevels }: BarRowProps): ReactNode {
  const { names, others, value, lengths, level, isCorrected } = bar;
  return (
    <li className="col-span-full grid h-7 grid-cols-subgrid items-center">
      <Name names={names} className={others === undefined ? "" : "text-muted"} />
      <div aria-hidden="true" className="relative h-4">
        {lengths.map((length) => (
          <Piece
            key={`${length.part} ${length.isOpen}`}
            fill={fillOf(bar, length, parts)}
            title={titleOf(length, panel, parts)}
            mark={parts.length > 0 ? [bar.key, length.part] : [bar.key]}
            {...length}
          />
        ))}
        <div className="absolute -inset-y-1 w-px bg-line" style={{ left: `${zero * 100}%` }} />
      </div>
      <span className="text-right tabular-nums" {...exactly(exactWords(value, panel.format))}>
        <ExplainedNumber mark={[bar.key]}>
          {formatted(value.value, panel.format, value.currency)}
        </ExplainedNumber>
        {isCorrected && (
          <span title="corrected after it was final">
            *<span className="sr-only"> corrected</span>
          </span>
        )}
      </span>
      {hasLevels && (
        <span
          className="flex min-w-0 items-center gap-1.5 text-xs text-muted"
          title={level && levelWords(level)}
        >
          {level && <i className={`size-2 shrink-0 rounded-full ${toneFill[level.tone]}`} />}
          <bdi className="truncate">{level && levelWords(level)}</bdi>
        </span>
      )}
    </li>
  );
}

interface PieceProps extends Length {
  readonly fill: string;
  readonly title: string;
  readonly mark: Mark;
}

/** However small it is, what is not nothing is seen. */
function Piece({ from, to, isOpen, value, fill, title, mark }: PieceProps): ReactNode {
  const explain = useContext(ExplainContext);
  if (value.value.unscaled === 0n) return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: by keyboard its number is in the panel's table.
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above.
    <div
      title={title}
      onClick={explain && ((event) => explain(numberBeside(event.currentTarget), mark))}
      className={`absolute inset-y-0 min-w-0.5 overflow-hidden rounded-xs ${explain ? "cursor-pointer" : ""}`}
      style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
    >
      <div className={`h-full ${fill} ${isOpen ? "opacity-35" : ""}`} />
      {isOpen && <div className="absolute inset-0 rounded-xs border border-dashed border-ink" />}
    </div>
  );
}

/** Where the focus returns to: what is drawn has none. */
function numberBeside(piece: HTMLElement): HTMLElement {
  return piece.closest("li")?.querySelector<HTMLElement>("[data-number]") ?? piece;
}

function Legend({ parts }: { readonly parts: readonly Part[] }): ReactNode {
  return (
    <ul className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
      {parts.map(({ name }, at) => (
        <li key={JSON.stringify(name)} className="flex min-w-0 items-center gap-1.5">
          <i className={`size-2.5 shrink-0 rounded-xs ${partFills[at]}`} />
          <Name names={[name]} className="max-w-40" />
        </li>
      ))}
    </ul>
  );
}

function fillOf({ level, others }: Bar, { part }: Length, parts: readonly Part[]): string {
  if (parts.length > 0) return partFills[part] ?? toneFill.plain;
  return others !== undefined ? "bg-part-6" : toneFill[level?.tone ?? "plain"];
}

function titleOf({ part, isOpen, value }: Length, { format }: BarsPanel, parts: readonly Part[]): string {
  const name = parts[part];
  const words = [name && plainName([name.name]), exactWords(value, format), isOpen && "still open"];
  return words.filter((word) => typeof word === "string").join(" · ");
}
