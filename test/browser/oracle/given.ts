/** What an oracle is given of a panel, and how it says what is otherwise. */
import type { Panel } from "../../../src/serving/pages.ts";
import type { PanelTexts } from "./page-texts.ts";
import type { Row, Shown } from "./panel-rows.ts";

/** Of each source; the first has the rows only that are chosen. */
export interface Given<P extends Panel> {
  readonly panel: P;
  readonly rows: readonly (readonly Row[])[];
  readonly shown: Shown;
  readonly texts: PanelTexts;
}

/** What a panel without rows says. */
export const nothing =
  /No rows yet\.|No rows then\.|No such rows\.|Nothing in what is chosen above\.|No payment|No user/;

export function unlike(what: string, onPage: unknown, byApi: unknown): string[] {
  const [left, right] = [JSON.stringify(onPage), JSON.stringify(byApi)];
  return left === right ? [] : [`${what}: the page has ${left}, the API gives ${right}`];
}

export function notEmpty({ texts }: Given<Panel>): string[] {
  return nothing.test(texts.words) ? [] : [`has no rows, and says: ${texts.words}`];
}
