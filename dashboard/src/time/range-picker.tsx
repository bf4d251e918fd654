/** From when to when a page shows: any two moments. Loaded after the page. */
import { Popover } from "@base-ui/react/popover";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Around } from "../panels/panel-kind.ts";
import { readRange, wallText } from "./range-text.ts";
import type { Times } from "./times.ts";

interface RangePickerProps {
  readonly className: string;
  readonly times: Times;
  /** The one that is shown: what the form begins with. */
  readonly range: Pick<Around, "fromMs" | "toMs" | "endsNow">;
  readonly onRange: (fromMs: number, toMs: number) => void;
  readonly children: string;
}

export function RangePicker({ className, children, range, ...form }: RangePickerProps): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger className={className} aria-label={`Time: ${children}`} aria-pressed={!range.endsNow}>
        {children}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner align="end" sideOffset={6} className="z-20">
          <Popover.Popup className="panel w-72 max-w-[calc(100vw-1rem)] p-4 text-sm outline-none">
            <Popover.Title className="mb-2 font-semibold">From one moment to another</Popover.Title>
            <RangeForm range={range} {...form} onDone={() => setIsOpen(false)} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface RangeFormProps extends Pick<RangePickerProps, "times" | "range" | "onRange"> {
  readonly onDone: () => void;
}

function RangeForm({ times: { zone }, range, onRange, onDone }: RangeFormProps): ReactNode {
  const [from, setFrom] = useState(() => wallText(range.fromMs, zone));
  const [to, setTo] = useState(() => wallText(range.toMs, zone));
  const [refusal, setRefusal] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const read = readRange(from, to, zone);
    if ("refusal" in read) setRefusal(read.refusal);
    else {
      onRange(read.fromMs, read.toMs);
      onDone();
    }
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <MomentField label="From" value={from} onChange={setFrom} />
      <MomentField label="To" value={to} onChange={setTo} />
      {refusal !== undefined && (
        <p role="alert" className="text-bad">
          {refusal}
        </p>
      )}
      <p className="text-xs text-muted">Times in {zone.replaceAll("_", " ")}</p>
      <button type="submit" className="quiet-button justify-self-start px-3 py-1.5 text-accent">
        Show
      </button>
    </form>
  );
}

interface MomentFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function MomentField({ label, value, onChange }: MomentFieldProps): ReactNode {
  return (
    <label className="grid gap-1 text-xs text-muted">
      {label}
      <input
        type="datetime-local"
        step="1"
        required
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="rounded-md border border-line bg-surface px-2 py-1.5 text-sm text-ink tabular-nums"
      />
    </label>
  );
}
