/** Panels of analyses beside what the analysis' own route answered. */
import type { Response } from "playwright-core";
import type { Panel } from "../../../src/serving/pages.ts";
import { exactOf, text } from "./exact-arithmetic.ts";
import type { PanelTexts } from "./page-texts.ts";
import { plainText, type Row } from "./panel-rows.ts";

export type AnalysisAnswer = Readonly<Record<string, unknown>>;

/** What the route answered to the page, to be found by the name of the analysis. */
export async function keepAnswer(response: Response, answers: Map<string, AnalysisAnswer>): Promise<void> {
  const { pathname, searchParams } = new URL(response.url());
  if (!pathname.startsWith("/v1/analyses/") || !response.ok()) return;
  answers.set(searchParams.get("name") ?? "", (await response.json()) as AnalysisAnswer);
}

const rowsIn = (list: unknown): readonly Row[] => list as readonly Row[];
const digits = (value: unknown): string => {
  const number = exactOf(value);
  return number === undefined ? "" : text(number);
};

/** What the panel has to show, line by line, of what the answer has. */
export function ofAnalysis(panel: Panel, answer: AnalysisAnswer | undefined, texts: PanelTexts): string[] {
  if (answer === undefined) return ["the page has asked no analysis"];
  const [onPage, byApi] = sides(panel, answer, texts);
  const [left, right] = [JSON.stringify(onPage), JSON.stringify(byApi)];
  return left === right ? [] : [`the page has ${left}, the analysis ${right}`];
}

type Lines = readonly (readonly (string | undefined)[])[];

function sides(panel: Panel, answer: AnalysisAnswer, { twin, named }: PanelTexts): readonly [Lines, Lines] {
  const headings = twin?.headings ?? [];
  const picked = (...names: readonly string[]): Lines =>
    (twin?.rows ?? []).map((cells) => names.map((name) => cells[headings.indexOf(name)]));
  switch (panel.kind) {
    case "funnel": {
      const steps = rowsIn(answer.steps);
      const ofAll = picked("Step", "Value", "Dropped off").slice(0, steps.length);
      return [
        ofAll,
        steps.map(({ event, actors, dropOff }) => [plainText(event), digits(actors), digits(dropOff)]),
      ];
    }
    case "cohort": {
      const periods = rowsIn(answer.cohorts).flatMap(({ size, periods: own }) =>
        rowsIn(own).map(({ percent, active }) => [digits(size), digits(percent), digits(active)]),
      );
      return [picked("Size", "Percent", "Came back"), periods];
    }
    case "bars": {
      const [name = "", column = ""] = [panel.by[0], panel.value.of.column ?? ""];
      const rows = rowsIn(Object.values(answer).find((value) => Array.isArray(value)));
      return [named.toSorted(), rows.map((row) => [plainText(row[name]), digits(row[column])]).toSorted()];
    }
    case "heat-map": {
      const cells = rowsIn(answer.cells).map(({ measured }) => [digits(measured)]);
      return [picked("Value").toSorted(), cells.toSorted()];
    }
    default:
      throw new Error(`Nobody has said what a panel of the kind ${panel.kind} shows of an analysis.`);
  }
}
