import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { FeedPanel } from "../../../../src/serving/pages.ts";
import type { WireColumn } from "../../../../src/serving/protocol.ts";
import { ExplainedNumber } from "../../explain/explained-number.tsx";
import { formatAge } from "../../numbers/format.ts";
import { DetailRows } from "../detail/draw.tsx";
import { LevelMark } from "../detail/level-mark.tsx";
import type { Around } from "../panel-kind.ts";
import { ActionForm } from "./action-form.tsx";
import type { FeedItem, Piece } from "./shape.ts";

interface FeedEntryProps {
  readonly panel: FeedPanel;
  readonly item: FeedItem;
  readonly columns: readonly WireColumn[];
  readonly around: Around;
  /** While somebody has it open it does not leave. */
  readonly hold: (item: FeedItem, isHeld: boolean) => void;
  /** Aloud. */
  readonly say: (words: string) => void;
}

const toneColours = { good: "text-ok", warn: "", bad: "text-bad", plain: "" } as const;

/** How long what was done is told, though the row may have left because of it. */
const doneMs = 5_000;

export function FeedEntry({ panel, item, columns, around, hold, say }: FeedEntryProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  /** By title: a page that is read again has other actions of the same names. */
  const [acting, setActing] = useState<string>();
  const [done, setDone] = useState({ words: "", isFresh: false });
  const pressed = useRef<HTMLButtonElement>(null);
  const detailId = useId();
  const isBusy = isOpen || acting !== undefined || done.isFresh;
  useEffect(() => {
    if (!isBusy) return;
    hold(item, true);
    return () => hold(item, false);
  }, [isBusy, item, hold]);
  useEffect(() => {
    if (!done.isFresh) return;
    const timer = setTimeout(() => setDone({ ...done, isFresh: false }), doneMs);
    return () => clearTimeout(timer);
  }, [done]);
  const close = (words = done.words, isFresh = false): void => {
    setDone({ words, isFresh });
    setActing(undefined);
    pressed.current?.focus();
  };
  const action = panel.actions.find(({ title }) => title === acting);
  return (
    <li className="border-b border-line py-2.5 last:border-0">
      <Words item={item} around={around} />
      <Buttons
        {...{ panel, acting, isOpen, setOpen, detailId }}
        done={done.words}
        press={(title, button) => {
          pressed.current = button;
          setActing(acting === title ? undefined : title);
        }}
      />
      {action !== undefined && (
        <ActionForm
          key={acting}
          action={action}
          columns={columns}
          row={item.row}
          cancel={() => close()}
          accepted={() => {
            say(`Sent: ${action.title}`);
            close(`Sent: ${action.title}`, true);
          }}
        />
      )}
      {isOpen && panel.detail !== null && (
        <div id={detailId} className="-mx-5 mt-2 bg-page">
          <DetailRows detail={panel.detail} row={item.row} columns={columns} around={around} />
        </div>
      )}
    </li>
  );
}

interface ButtonsProps {
  readonly panel: FeedPanel;
  readonly acting: string | undefined;
  readonly isOpen: boolean;
  readonly setOpen: (isOpen: boolean) => void;
  readonly detailId: string;
  /** What was sent. */
  readonly done: string;
  readonly press: (title: string, button: HTMLButtonElement) => void;
}

function Buttons({ panel, acting, isOpen, setOpen, detailId, done, press }: ButtonsProps): ReactNode {
  if (panel.actions.length === 0 && panel.detail === null) return null;
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-2">
      {panel.detail !== null && (
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? detailId : undefined}
          onClick={() => setOpen(!isOpen)}
          className="quiet-button px-2 py-1"
        >
          {panel.detail.title}
        </button>
      )}
      {panel.actions.map(({ title, tone }) => (
        <button
          key={title}
          type="button"
          aria-expanded={acting === title}
          onClick={(event) => press(title, event.currentTarget)}
          className={`quiet-button px-2 py-1 aria-expanded:bg-raised ${toneColours[tone]}`}
        >
          {title}
        </button>
      ))}
      {done !== "" && <span className="text-xs text-ok">{done}</span>}
    </div>
  );
}

function Words({ item, around }: { readonly item: FeedItem; readonly around: Around }): ReactNode {
  const { text, more, level, state, atMs } = item;
  return (
    <>
      <div className="flex items-baseline gap-3">
        <p
          title={text.map((piece) => piece.text).join("")}
          className={`line-clamp-3 min-w-0 break-words ${item.row.final ? "" : "text-muted"}`}
        >
          <Pieces pieces={text} item={item} of="text" />
        </p>
        {level !== undefined && <LevelMark level={level} />}
        {state !== null && <State words={state} item={item} />}
        {atMs !== undefined && (
          <time
            dateTime={new Date(atMs).toISOString()}
            title={around.times.moment(atMs)}
            className="ml-auto shrink-0 text-xs text-muted tabular-nums"
          >
            {atMs > around.toMs && "in "}
            {formatAge(Math.abs(around.toMs - atMs))}
            {atMs <= around.toMs && <span className="sr-only"> ago</span>}
          </time>
        )}
      </div>
      {more !== null && (
        <p className="line-clamp-3 text-xs break-words text-muted">
          <Pieces pieces={more} item={item} of="more" />
        </p>
      )}
    </>
  );
}

function State({ words, item }: { readonly words: string; readonly item: FeedItem }): ReactNode {
  const isOpen = !item.row.final;
  const look = isOpen ? "border border-dashed border-accent text-accent" : "bg-raised";
  return (
    <span className={`shrink-0 rounded-full px-2 py-0.5 text-xs ${look}`}>
      {isOpen ? words : <ExplainedNumber mark={[item.key]}>{words}</ExplainedNumber>}
    </span>
  );
}

interface PiecesProps {
  readonly pieces: readonly Piece[];
  readonly item: FeedItem;
  readonly of: "text" | "more";
}

function Pieces({ pieces, item, of }: PiecesProps): ReactNode {
  return pieces.map((piece, position) => {
    const title = piece.exact === piece.text ? undefined : piece.exact;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a template never change places.
      <span key={position} className={piece.exact === undefined ? "" : "font-medium tabular-nums"}>
        {piece.number === undefined ? (
          <bdi title={title}>{piece.text}</bdi>
        ) : (
          <ExplainedNumber mark={[item.key, of, position]} title={title}>
            {piece.text}
          </ExplainedNumber>
        )}
      </span>
    );
  });
}
