/** What stands in the panels of a page, read from its elements. */
import type { Page as BrowserPage } from "playwright-core";
import { expect } from "vitest";

export interface PanelTexts {
  readonly state: string;
  /** All that is to be read. */
  readonly words: string;
  /** The exact text of the number, where it shows one. */
  readonly value: string | null;
  /** Of bars and of items with a number: name and exact value. */
  readonly named: readonly (readonly [string, string])[];
  /** Exact cells of a table's rows. */
  readonly cells: readonly (readonly string[])[];
  /** The panel as a table, where it is shown so. */
  readonly twin: { readonly headings: readonly string[]; readonly rows: readonly string[][] } | null;
}

// Evaluated as text, because this program is typed without a DOM.
const readPanels = `
  Object.fromEntries([...document.querySelectorAll("section[data-state]")].map((panel) => {
    const all = (within, what) => [...within.querySelectorAll(what)];
    const title = (element) => element?.getAttribute("title") ?? "";
    const twin = panel.querySelector("section[aria-label$=', as a table'] table");
    const rows = panel.querySelector("section[aria-label$=': rows'] table");
    const texts = (row) => [...row.cells].map((cell) => cell.textContent);
    return [panel.id, {
      state: panel.dataset.state,
      words: panel.innerText,
      value: panel.querySelector("p[title]")?.title ?? null,
      named: [
        ...all(panel, "ol > li").map(({ children }) => [title(children[0]), title(children[2])]),
        ...all(panel, "dl > div").flatMap((item) => {
          const value = item.querySelector("dd bdi[title]");
          return value === null ? [] : [[item.querySelector("dt").textContent, title(value)]];
        }),
      ],
      cells: rows === null ? [] : all(rows, ":scope > tbody > tr").map((row) => [...row.cells].map(title)),
      twin: twin === null ? null : {
        headings: texts(twin.tHead.rows[0]),
        rows: [...twin.tBodies[0].rows].map(texts),
      },
    }];
  }))`;

export async function panelTexts(page: BrowserPage): Promise<Readonly<Record<string, PanelTexts>>> {
  return (await page.evaluate(readPanels)) as Record<string, PanelTexts>;
}

const areSettled = `(() => {
  const panels = [...document.querySelectorAll("section[data-state]")];
  return panels.length > 0 && panels.every((panel) =>
    panel.dataset.state !== "loading" && panel.querySelector("[aria-busy=true]") === null);
})()`;

/** Resolves when every panel has been filled, or says why it is not. */
export async function panelsSettled(page: BrowserPage): Promise<void> {
  await expect.poll(() => page.evaluate(areSettled), { timeout: 90_000 }).toBe(true);
}

/** Every panel that is a picture becomes a table. */
export async function showAsTables(page: BrowserPage, titles: readonly string[]): Promise<void> {
  for (const title of titles) {
    await page.getByRole("button", { name: `What to do with ${title}`, exact: true }).click();
    await page.getByRole("menuitem", { name: "Show as a table" }).click();
  }
}
