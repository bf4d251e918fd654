import { type ReactNode, useState } from "react";
import type { PlacesPanel } from "../../../../src/serving/pages.ts";
import { Name } from "../../chart/name.tsx";
import { Notes } from "../../chart/notes.tsx";
import { exactWords } from "../../data/exact-words.ts";
import { exactly } from "../../data/exactly.ts";
import { exact, formatted } from "../../data/formatted.ts";
import { ExplainedNumber } from "../../explain/explained-number.tsx";
import { noValue } from "../../numbers/format.ts";
import type { DrawProps } from "../panel-kind.ts";
import type { Place, Places } from "./shape.ts";
import { share } from "./twin.ts";

export function DrawPlaces({ panel, model }: DrawProps<PlacesPanel, Places>): ReactNode {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) =>
    setOpen(new Set(open.has(key) ? [...open].filter((each) => each !== key) : [...open, key]));
  const hasShares = model.places.some((place) => place.share !== undefined);
  // The first column takes what the others leave it.
  const columns = ["minmax(0,1fr)", ...panel.values.map(() => "auto"), ...(hasShares ? ["auto"] : [])];
  return (
    <div className="px-5 pb-4">
      <div className="grid gap-x-3 text-sm" style={{ gridTemplateColumns: columns.join(" ") }}>
        <div
          aria-hidden="true"
          className="col-span-full grid grid-cols-subgrid text-right text-xs text-muted"
        >
          <span />
          {panel.values.map(({ title }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: values have their places.
            <span key={at} className={`pb-1 ${roomOf(at)}`}>
              {title}
            </span>
          ))}
          {hasShares && <span className="pb-1">of all</span>}
        </div>
        <List {...{ places: model.places, depth: 0, panel, hasShares, open, toggle }} />
      </div>
      <Notes notes={model.notes} />
    </div>
  );
}

/** On a small screen the first two values have room; the table has them all. */
function roomOf(at: number): string {
  return at > 1 ? "max-sm:hidden" : "";
}

interface Shown {
  readonly depth: number;
  readonly panel: PlacesPanel;
  readonly hasShares: boolean;
  readonly open: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
}

function List({ places, ...shown }: Shown & { readonly places: readonly Place[] }): ReactNode {
  return (
    <ul className="col-span-full grid grid-cols-subgrid">
      {places.map((place) => (
        <Item key={place.key} place={place} {...shown} />
      ))}
    </ul>
  );
}

function Item({ place, ...shown }: Shown & { readonly place: Place }): ReactNode {
  const { key, values, share: part, within, hidden } = place;
  const { panel, hasShares, depth, open, toggle } = shown;
  const isOpen = open.has(key);
  return (
    <li className="col-span-full grid grid-cols-subgrid items-center">
      <div className="relative my-0.5 flex h-6 min-w-0 items-center" style={{ marginLeft: depth * 20 }}>
        <Bar place={place} />
        {within.length === 0 ? (
          <span className="relative flex min-w-0 gap-1.5 px-2">
            <Label place={place} />
          </span>
        ) : (
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={() => toggle(key)}
            className="relative flex min-w-0 items-baseline gap-1.5 rounded-xs px-2 hover:underline"
          >
            <Label place={place} />
            <span aria-hidden="true" className={`text-muted ${isOpen ? "rotate-90" : ""}`}>
              ›
            </span>
          </button>
        )}
      </div>
      {values.map((value, at) => {
        const { title, format } = panel.values[at]!;
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: values have their places.
            key={at}
            className={`text-right tabular-nums ${roomOf(at)}`}
            {...exactly(value && exactWords(value, format))}
          >
            <span className="sr-only">{title} </span>
            {value === undefined ? (
              noValue
            ) : (
              <ExplainedNumber mark={[key, at]}>
                {formatted(value.value, format, value.currency)}
              </ExplainedNumber>
            )}
            {at === 0 && place.isCorrected && "*"}
          </span>
        );
      })}
      {hasShares && (
        <span className="text-right text-muted tabular-nums" title={`${exact(part, share)} of all`}>
          {part !== undefined && (
            <ExplainedNumber mark={[key, "share"]}>{formatted(part, share)}</ExplainedNumber>
          )}
        </span>
      )}
      {isOpen && <List {...shown} places={within} depth={depth + 1} />}
      {isOpen && hidden > 0 && (
        <p className="col-span-full pb-1 text-xs text-muted" style={{ marginLeft: (depth + 1) * 20 }}>
          {hidden} more are not shown.
        </p>
      )}
    </li>
  );
}

function Bar({ place: { length, isOpen } }: { readonly place: Place }): ReactNode {
  if (length === 0) return null;
  const edge = isOpen ? "border-dashed" : "";
  return (
    <div
      aria-hidden="true"
      className={`absolute inset-y-0 left-0 rounded-xs border-b-2 border-series bg-heat-1 ${edge}`}
      style={{ width: `${length * 100}%` }}
    />
  );
}

/** The code stays: it is what other pages and queries call the country. */
function Label({ place: { name, country } }: { readonly place: Place }): ReactNode {
  if (country === undefined) return <Name names={[name]} />;
  return (
    <>
      <Name names={[country]} />
      <span className="text-xs text-muted">{name}</span>
    </>
  );
}
