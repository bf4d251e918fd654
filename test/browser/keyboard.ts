/** A page as somebody meets it who has no pointer. */
import type { Page as BrowserPage } from "playwright-core";
import { expect } from "vitest";

interface Stop {
  readonly words: string;
  readonly isMarked: boolean;
  readonly isInSight: boolean;
  /** Behind the stop before in the document. */
  readonly isNext: boolean;
}

/**
 * What a pointer could use, but for what is left out on purpose: toolbars and grids have one stop, and arrow
 * keys within; so have the many numbers of a table. Evaluated as text, because this program is typed without
 * a DOM.
 */
const beginRun = `(() => {
  const isControl = "a[href], button, input, select, textarea, summary, [tabindex], [role=button]";
  const isLeftOut = (element) =>
    element.matches(":disabled, main, [data-base-ui-focus-guard]") ||
    !element.checkVisibility({ visibilityProperty: true }) ||
    element.closest("[aria-hidden=true], [inert]") ||
    (element.tabIndex < 0 && element.closest("[role=toolbar], [role=grid]")) ||
    (element.tabIndex < 0 && element.matches("[data-number]") && element.closest("[tabindex='0']"));
  const left = new Set([...document.querySelectorAll(isControl)].filter((element) => !isLeftOut(element)));
  const wordsOf = (element) =>
    element.tagName + " " + (element.getAttribute("aria-label") ?? element.textContent).slice(0, 60);
  let first, last;
  window.keyboardRun = {
    stop() {
      const element = document.activeElement;
      if (element === document.body || element === first) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const isOutlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
      const { top, bottom, width, height } = element.getBoundingClientRect();
      const isNext = last === undefined ||
        (last.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
      first ??= element;
      last = element;
      left.delete(element);
      return {
        words: wordsOf(element),
        isMarked: element.matches(":focus-visible") && isOutlined,
        isInSight: width > 0 && height > 0 && bottom > 0 && top < innerHeight,
        isNext,
      };
    },
    // What went away meanwhile needs no key.
    left: () => [...left].filter((element) => element.isConnected).map(wordsOf),
  };
})()`;

const stopsMax = 400;

/** Every control is a stop of Tab, in the order of the page, marked and in sight. */
export async function expectReachedByTab(page: BrowserPage): Promise<void> {
  await page.evaluate(beginRun);
  const stops: Stop[] = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = (await page.evaluate("keyboardRun.stop()")) as Stop | null;
    if (stop === null) break;
    stops.push(stop);
    expect(stops.length, "Tab never comes to an end").toBeLessThan(stopsMax);
  }
  expect(stops.length).toBeGreaterThan(10);
  expect(stops.filter(({ isMarked, isInSight, isNext }) => !isMarked || !isInSight || !isNext)).toEqual([]);
  expect(await page.evaluate("keyboardRun.left()"), "never reached by Tab").toEqual([]);
}

/** The name of what has the focus. */
export async function focused(page: BrowserPage): Promise<string> {
  return (await page.evaluate(
    `document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent`,
  )) as string;
}
