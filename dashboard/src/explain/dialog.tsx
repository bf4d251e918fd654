/** What is behind a number: at the right of the page, on a phone in place of it. Loaded when first opened. */
import { Dialog } from "@base-ui/react/dialog";
import { type ReactNode, Suspense, use, useMemo, useRef, useState } from "react";
import type { Panel, PanelSource } from "../../../src/serving/pages.ts";
import { aboutPressed } from "../panels/abouts.ts";
import { withDetail } from "../panels/detail/about.ts";
import { type AnyPanelKind, loadedKind } from "../panels/kinds.ts";
import type { PanelInput } from "../panels/panel-kind.ts";
import type { About, ServerFact } from "./about.ts";
import { AskedExplained } from "./asked.tsx";
import { EventExplained } from "./event.tsx";
import { Numbers } from "./parts.tsx";
import { isDetailNumber, type Pressed } from "./pressed.ts";
import { ServerExplained } from "./server.tsx";
import { ViewExplained } from "./view.tsx";

interface ExplainDialogProps extends PanelInput {
  readonly isOpen: boolean;
  readonly from: HTMLElement | null;
  readonly pressed: Pressed;
  readonly onClose: () => void;
}

export function ExplainDialog({ isOpen, from, pressed, onClose, ...input }: ExplainDialogProps): ReactNode {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-[rgb(0_0_0/0.35)]" />
        <Dialog.Popup
          finalFocus={() => from}
          className="fixed inset-y-0 right-0 z-30 flex w-full flex-col border-l border-line bg-surface
            text-sm text-ink outline-none sm:w-140"
        >
          <Suspense>
            <Explained {...{ pressed, input }} />
          </Suspense>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ExplainedProps {
  readonly pressed: Pressed;
  readonly input: PanelInput;
}

function Explained({ pressed, input: ofPanel }: ExplainedProps): ReactNode {
  const { panel } = ofPanel;
  const [isOfAll, setIsOfAll] = useState(false);
  const { number, isGone } = useAbout(pressed, ofPanel);
  const shown = isOfAll ? undefined : number;
  const detail = isOfAll || !isDetailNumber(pressed) ? undefined : pressed;
  const input = useMemo(() => withDetail(ofPanel, detail), [ofPanel, detail]);
  return (
    <>
      <header className="flex items-start gap-3 border-b border-line px-5 py-3">
        <div className="min-w-0">
          <Dialog.Title className="text-base font-semibold break-words">
            {shown?.title ?? panel.title}
          </Dialog.Title>
          <Dialog.Description className="text-xs text-muted">
            {shown === undefined || shown.title.startsWith(panel.title)
              ? (panel.note ?? "What is behind it")
              : panel.title}
          </Dialog.Description>
        </div>
        <Dialog.Close className="quiet-button ml-auto shrink-0 px-2.5 py-1">Close</Dialog.Close>
      </header>
      <div className="min-h-0 grow overflow-y-auto overscroll-contain px-5 pb-8">
        {shown !== undefined && shown.numbers.length > 0 && <Head {...{ number: shown, isGone }} />}
        {number !== undefined && (
          <button
            type="button"
            onClick={() => setIsOfAll(!isOfAll)}
            className="quiet-button mt-3 px-2.5 py-1"
          >
            {isOfAll ? "Only what is behind the number" : "All that the panel shows"}
          </button>
        )}
        {factsOf(panel).map((fact) =>
          shown === undefined || shown.source === fact ? (
            <ServerExplained key={fact} fact={fact} around={input.around} />
          ) : null,
        )}
        {input.panel.sources.map((source, place) =>
          shown === undefined || shown.source === place ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: sources of a panel have no other name.
            <SourceExplained key={place} {...{ source, place, input, number: shown }} />
          ) : null,
        )}
        {detail?.source.over === "stream" && (
          <EventExplained id={detail.row.key} stream={detail.source.stream} around={input.around} />
        )}
      </div>
    </>
  );
}

/** As it is now; where it is not there any more, as it was last. */
function useAbout(pressed: Pressed, input: PanelInput) {
  const { panel, readings, around } = input;
  const kind: AnyPanelKind | undefined = use(loadedKind(panel.kind) ?? noKind);
  const now = useMemo(() => {
    const of = { panel, readings, around };
    return aboutPressed(pressed, kind?.shape(of), of);
  }, [kind, pressed, panel, readings, around]);
  const last = useRef<About>(undefined);
  if (now !== undefined) last.current = now;
  return { number: now ?? last.current, isGone: now === undefined };
}

const noKind: Promise<undefined> = Promise.resolve(undefined);

/** The number before all else, and how it is computed. */
function Head({ number, isGone }: { readonly number: About; readonly isGone: boolean }): ReactNode {
  return (
    <section aria-label="How it is computed" className="mt-4">
      <Numbers numbers={number.numbers} />
      {isGone && <p className="text-muted">The panel does not show it any more; this is how it was last.</p>}
    </section>
  );
}

interface SourceProps {
  readonly source: PanelSource;
  readonly place: number;
  readonly input: PanelInput;
  readonly number: About | undefined;
}

function SourceExplained({ source, place, input, number }: SourceProps): ReactNode {
  if (source.over !== "view") return <AskedExplained source={source} around={input.around} />;
  return <ViewExplained {...{ input, place, number }} view={source.view} />;
}

/** What of the server itself a panel shows. */
function factsOf(panel: Panel): readonly ServerFact[] {
  if (panel.kind !== "status") return [];
  return [...new Set(panel.items.flatMap(({ shows }) => (shows.is === "measure" ? [] : [shows.is])))];
}
