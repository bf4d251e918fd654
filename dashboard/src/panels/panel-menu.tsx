/** What can be done with a panel: ask what is behind it, read it as a table, take it along. Loaded late. */
import { Menu } from "@base-ui/react/menu";
import { type ReactNode, useRef, useState } from "react";
import { type DownloadFormat, download } from "./downloads.ts";
import type { PanelInput } from "./panel-kind.ts";
import { twinOf } from "./shaped-panel.tsx";

interface PanelMenuProps extends PanelInput {
  readonly asTable: boolean;
  readonly onTable: () => void;
  /** With what opened it, where the focus returns to. */
  readonly onExplain: (from: HTMLElement | null) => void;
}

const itemClass = "cursor-pointer rounded-md px-2.5 py-1.5 outline-none data-highlighted:bg-raised";

export function PanelMenu({
  panel,
  readings,
  around,
  asTable,
  onTable,
  onExplain,
}: PanelMenuProps): ReactNode {
  // In the panel and not at the end of the page: all content stands in a landmark.
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const take = async (format: DownloadFormat): Promise<void> => {
    const twin = await twinOf({ panel, readings, around });
    if (twin !== undefined) download(panel.id, format, twin);
  };
  return (
    <Menu.Root>
      <div ref={setPlace} className="relative">
        <Menu.Trigger
          ref={trigger}
          aria-label={`What to do with ${panel.title}`}
          className="grid size-7 place-items-center rounded-md text-muted hover:bg-raised hover:text-ink"
        >
          <svg viewBox="0 0 16 16" className="size-4" fill="currentColor" aria-hidden="true">
            <circle cx="3" cy="8" r="1.3" />
            <circle cx="8" cy="8" r="1.3" />
            <circle cx="13" cy="8" r="1.3" />
          </svg>
        </Menu.Trigger>
      </div>
      <Menu.Portal container={place}>
        <Menu.Positioner align="end" sideOffset={6} className="z-20">
          <Menu.Popup className="panel min-w-44 p-1 text-sm outline-none">
            {(panel.sources.length > 0 || panel.kind === "status") && (
              <Menu.Item className={itemClass} onClick={() => onExplain(trigger.current)}>
                Explain
              </Menu.Item>
            )}
            {panel.kind !== "table" && (
              <Menu.Item className={itemClass} onClick={onTable}>
                {asTable ? "Show as a picture" : "Show as a table"}
              </Menu.Item>
            )}
            <Menu.Item className={itemClass} onClick={() => void take("csv")}>
              Download CSV
            </Menu.Item>
            <Menu.Item className={itemClass} onClick={() => void take("json")}>
              Download JSON
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
