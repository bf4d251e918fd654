/** Each kind of panel in each of its states, from made-up rows: what a page can be made of. */
import { useSearch } from "@tanstack/react-router";
import { type ReactNode, Suspense, use, useState } from "react";
import { around } from "../data/fixture.ts";
import { galleryExamples } from "../panels/kinds.ts";
import { Panel, Skeleton } from "../panels/panel.tsx";
import type { GalleryExample } from "../panels/panel-kind.ts";
import { ShapedPanel } from "../panels/shaped-panel.tsx";

const live = { state: "live", words: undefined, isDimmed: false } as const;
const examplesByKind = galleryExamples();

export function GalleryPage(): ReactNode {
  const { kind } = useSearch({ strict: false }) as { readonly kind?: string };
  const shown = examplesByKind.filter((each) => kind === undefined || each.kind === kind);
  return (
    <>
      <h1 className="mt-6 mb-4 text-xl font-semibold tracking-tight">Kinds of panels</h1>
      {shown.map((each) => (
        <section key={each.kind} aria-label={each.kind}>
          <h2 className="mt-6 mb-3 font-mono text-base font-semibold">{each.kind}</h2>
          <Suspense fallback={<Skeleton className="h-40" />}>
            <Examples promise={each.examples} />
          </Suspense>
        </section>
      ))}
    </>
  );
}

function Examples({ promise }: { readonly promise: Promise<readonly GalleryExample[]> }): ReactNode {
  return (
    <div className="grid grid-cols-12 gap-5">
      {use(promise).map((example) => (
        <Example key={example.title} example={example} />
      ))}
    </div>
  );
}

function Example({ example: { title, panel, readings } }: { readonly example: GalleryExample }): ReactNode {
  const [asTable, setAsTable] = useState(false);
  const aside = (
    <button type="button" className="quiet-button px-2 py-1" onClick={() => setAsTable(!asTable)}>
      {asTable ? "As a picture" : "As a table"}
    </button>
  );
  return (
    <div className="page-panel" style={{ "--span": panel.width } as object}>
      <Panel title={title} truth={live} aside={aside}>
        <ShapedPanel
          {...{ panel, readings, around, asTable }}
          placeholder={<Skeleton className="h-40" />}
          empty={<p className="px-5 pb-4">Nothing.</p>}
        />
      </Panel>
    </div>
  );
}
