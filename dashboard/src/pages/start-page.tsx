/** What stands where a project has no pages: how to make one. */
import type { ReactNode } from "react";

const example = `title: My shop
rows:
  - - series: Orders per minute
      view: YOUR_VIEW
      time: window_start
      value: sum(orders)`;

export function StartPage(): ReactNode {
  return (
    <section aria-label="No pages yet" className="panel mx-auto mt-10 max-w-3xl px-6 py-6">
      <h1 className="text-xl font-semibold tracking-tight">This project has no pages yet</h1>
      <p className="mt-2 text-sm text-muted">
        A page is a file in the project's folder <code className="font-mono">dashboards/</code>. Write one,
        and start with <code className="font-mono">--watch</code>: it is here as soon as it is saved.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre tabIndex={0} className="mt-3 overflow-x-auto rounded-lg bg-raised p-4 font-mono text-xs leading-5">
        {`# dashboards/shop.yaml\n${example}`}
      </pre>
      <p className="mt-3 text-sm text-muted">
        The{" "}
        <a className="text-accent underline" href="/gallery">
          gallery
        </a>{" "}
        shows what a page can be made of.
      </p>
    </section>
  );
}
