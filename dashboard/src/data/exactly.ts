/** What an element shows in short it has exactly in its title, and as what is copied of it. */

/** In place of a `title`. `otherwise`: the title where there is nothing exact. */
export function exactly(text: string | undefined, otherwise?: string) {
  if (text === undefined || text === "") return { title: otherwise };
  return { title: text, "data-exact": text };
}

/** Whoever copies a part of the page gets its numbers exactly. */
export function copyExactly(page: Document): void {
  page.addEventListener("copy", (event) => {
    const selection = page.getSelection();
    if (selection === null || selection.isCollapsed || event.clipboardData === null) return;
    const range = selection.getRangeAt(0);
    const text = exactOf(range.commonAncestorContainer) ?? textOf(range, page);
    if (text === undefined) return;
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  });
}

/** Of a part of one number it is the whole number. */
function exactOf(node: Node): string | undefined {
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest<HTMLElement>("[data-exact]")?.dataset.exact;
}

/** Undefined where the browser's own text is exact. */
function textOf(range: Range, page: Document): string | undefined {
  const part = range.cloneContents();
  const numbers = part.querySelectorAll<HTMLElement>("[data-exact]");
  if (numbers.length === 0) return undefined;
  for (const number of numbers) number.textContent = number.dataset.exact ?? "";
  // Lines and columns are where the browser puts them, which it knows of what stands in the page.
  const aside = page.createElement("div");
  aside.style.cssText = "position: absolute; left: -100000px";
  aside.append(part);
  page.body.append(aside);
  // biome-ignore lint/performance/useDomNodeTextContent: what is copied has lines and columns.
  const text = aside.innerText;
  aside.remove();
  return text;
}
