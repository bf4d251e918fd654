/** The title of a page, and what its reader chooses: filters, time, how often it is drawn. */
import { type ReactNode, Suspense } from "react";
import type { Page, PageFilter, PageSpan } from "../../../src/serving/pages.ts";
import { menuWhenIdle } from "../app/menu-when-idle.ts";
import type { Around } from "../panels/panel-kind.ts";
import { spanWords } from "../time/page-time.ts";
import { ZoneSwitch } from "../time/zone-switch.tsx";
import type { FilterValues } from "./filter-values.ts";
import { usePageSearch, useSearchChange } from "./page-search.ts";
import { Standing } from "./standing.tsx";

interface PageHeaderProps {
  readonly page: Page;
  readonly around: Around;
  readonly filters: readonly ({ readonly filter: PageFilter } & FilterValues)[];
  readonly onStand: () => void;
}

const RangePicker = menuWhenIdle(() =>
  import("../time/range-picker.tsx").then((module) => module.RangePicker),
);

const rangeClass = `quiet-button px-2 py-1.5 text-muted tabular-nums aria-pressed:bg-raised
  aria-pressed:text-ink`;
const selectClass = "quiet-button bg-surface px-2 py-1.5 text-ink max-w-48";

export function PageHeader({ page, around, filters, onStand }: PageHeaderProps): ReactNode {
  return (
    <div className="mt-6 mb-4 flex min-h-9 flex-wrap items-center gap-x-4 gap-y-2">
      <div className="mr-auto min-w-0">
        <h1 className="text-xl font-semibold tracking-tight">{page.title}</h1>
        {page.summary !== null && <p className="text-sm text-muted">{page.summary}</p>}
      </div>
      {filters.map((each) => (
        <FilterChoice key={each.filter.name} {...each} around={around} />
      ))}
      <SpanChoice page={page} around={around} />
      {around.at === undefined ? (
        <>
          <EveryChoice page={page} />
          <button type="button" onClick={onStand} className="quiet-button px-2.5 py-1.5 text-muted">
            Pause
          </button>
        </>
      ) : (
        <Standing at={around.at} times={around.times} />
      )}
      <ZoneSwitch />
    </div>
  );
}

function FilterChoice({
  filter,
  values,
  chosen,
  around,
}: { readonly filter: PageFilter; readonly around: Around } & FilterValues): ReactNode {
  // What is chosen stays there where its rows have gone.
  const all = chosen === null || values.includes(chosen) ? values : [...values, chosen];
  return (
    <label className="flex items-center gap-2 text-xs text-muted">
      {filter.title}
      <select
        className={selectClass}
        value={chosen ?? ""}
        onChange={({ target }) => around.choose(filter.name, target.value === "" ? null : target.value)}
      >
        {(filter.all || chosen === null) && <option value="">All</option>}
        {all.map((value) => (
          <option key={value} value={value}>
            {value === "" ? "none" : value}
          </option>
        ))}
      </select>
    </label>
  );
}

function SpanChoice({ page, around }: { readonly page: Page; readonly around: Around }): ReactNode {
  const search = usePageSearch();
  const change = useSearchChange();
  const span = search.span ?? page.span;
  const range = around.endsNow
    ? "Custom"
    : `${around.times.moment(around.fromMs)} – ${around.times.moment(around.toMs)}`;
  return (
    <fieldset className="flex items-center gap-1">
      <legend className="sr-only">Time</legend>
      {Object.entries(spanWords).map(([value, words]) => (
        <button
          key={value}
          type="button"
          aria-pressed={around.endsNow && value === span}
          onClick={() => change({ span: value as PageSpan, from: undefined, to: undefined })}
          className="quiet-button px-2 py-1.5 text-muted aria-pressed:bg-raised aria-pressed:text-ink"
        >
          {words}
        </button>
      ))}
      <Suspense fallback={<span className={rangeClass}>{range}</span>}>
        <RangePicker
          className={rangeClass}
          times={around.times}
          range={around}
          onRange={(fromMs, toMs) => around.zoom(fromMs, toMs)}
        >
          {range}
        </RangePicker>
      </Suspense>
    </fieldset>
  );
}

const everyWords: Readonly<Record<string, string>> = {
  "": "As it comes",
  "5": "Every 5 s",
  "10": "Every 10 s",
  "30": "Every 30 s",
  "60": "Every 60 s",
};

/** New numbers come in all the time; how often they are drawn is the reader's choice. */
function EveryChoice({ page }: { readonly page: Page }): ReactNode {
  const { every } = usePageSearch();
  const change = useSearchChange();
  const asPage = page.everySeconds === 0 ? "As it comes" : `Every ${page.everySeconds} s`;
  return (
    <label className="flex items-center gap-2 text-xs text-muted">
      <span className="sr-only">Redraw</span>
      <select
        className={selectClass}
        value={every ?? ""}
        onChange={({ target }) => change({ every: target.value === "" ? undefined : target.value }, true)}
      >
        {Object.entries(everyWords).map(([value, words]) => (
          <option key={value} value={value}>
            {value === "" ? asPage : words}
          </option>
        ))}
      </select>
    </label>
  );
}
