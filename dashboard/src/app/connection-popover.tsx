/** What the server says of itself, under the words of the connection. Loaded after the page. */
import { Popover } from "@base-ui/react/popover";
import type { ReactNode } from "react";
import { ServerDetails } from "../server/server-details.tsx";

interface ConnectionPopoverProps {
  readonly className: string;
  readonly children: ReactNode;
}

export function ConnectionPopover({ className, children }: ConnectionPopoverProps): ReactNode {
  return (
    <Popover.Root>
      <Popover.Trigger className={className}>{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner align="end" sideOffset={6} className="z-20">
          <Popover.Popup className="panel w-72 max-w-[calc(100vw-1rem)] p-4 text-sm outline-none">
            <Popover.Title className="mb-1 font-semibold">The server</Popover.Title>
            <ServerDetails />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
