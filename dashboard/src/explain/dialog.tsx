/** What is behind a panel: at the right of the page, on a phone in place of it. Loaded when first opened. */
import { Dialog } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import type { PanelSource } from "../../../src/serving/pages.ts";
import type { PanelInput } from "../panels/panel-kind.ts";
import { AskedExplained } from "./asked.tsx";
import { ViewExplained } from "./view.tsx";

interface ExplainDialogProps extends PanelInput {
  readonly isOpen: boolean;
  readonly from: HTMLElement | null;
  readonly onClose: () => void;
}

export function ExplainDialog({ isOpen, from, onClose, ...input }: ExplainDialogProps): ReactNode {
  const { panel } = input;
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-[rgb(0_0_0/0.35)]" />
        <Dialog.Popup
          finalFocus={() => from}
          className="fixed inset-y-0 right-0 z-30 flex w-full flex-col border-l border-line bg-surface
            text-sm text-ink outline-none sm:w-140"
        >
          <header className="flex items-start gap-3 border-b border-line px-5 py-3">
            <div className="min-w-0">
              <Dialog.Title className="truncate text-base font-semibold">{panel.title}</Dialog.Title>
              <Dialog.Description className="text-xs text-muted">
                {panel.note ?? "What is behind it"}
              </Dialog.Description>
            </div>
            <Dialog.Close className="quiet-button ml-auto shrink-0 px-2.5 py-1">Close</Dialog.Close>
          </header>
          <div className="min-h-0 grow overflow-y-auto overscroll-contain px-5 pb-8">
            {panel.sources.map((source, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: sources of a panel have no other name.
              <SourceExplained key={place} {...{ source, place, input }} />
            ))}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface SourceProps {
  readonly source: PanelSource;
  readonly place: number;
  readonly input: PanelInput;
}

function SourceExplained({ source, place, input }: SourceProps): ReactNode {
  if (source.over === "view") return <ViewExplained input={input} place={place} view={source.view} />;
  return <AskedExplained source={source} around={input.around} />;
}
