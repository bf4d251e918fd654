import { expect, it } from "vitest";
import type { Page, Panel, PanelSource } from "../../../src/serving/pages.ts";
import type { ViewSource } from "../data/asked.ts";
import { frame } from "../data/fixture.ts";
import { withSharedRows } from "./shared-rows.ts";

function source(columns: string, time: string | null, more: Partial<ViewSource> = {}): ViewSource {
  const bound = time === null ? null : { column: time, sqlType: "TIMESTAMP(3)" };
  return {
    over: "view",
    view: "v",
    where: null,
    emit: null,
    columns: columns.split(" "),
    time: bound,
    ...more,
  };
}

/** What is asked for in place of each panel's source. */
function asked(...panels: readonly (PanelSource | (Partial<Panel> & { source: PanelSource }))[]) {
  const all = panels.map((each) => {
    const { source: own, ...more } = "source" in each ? each : { source: each };
    return { ...frame, kind: "kpi", ...more, sources: [own] } as unknown as Panel;
  });
  const page = {
    rows: [
      { title: null, panels: all.slice(0, 1) },
      { title: null, panels: all.slice(1) },
    ],
  };
  const shown = withSharedRows(page as unknown as Page).rows.flatMap((row) => row.panels);
  return shown.map(({ sources: [own] }) => own as ViewSource);
}

it("panels of the same rows ask for all their columns, and keep their own", () => {
  const [one, other] = asked(source("a t", "t"), source("b t", "t"));
  expect([one!.asked, other!.asked]).toEqual([
    ["a", "b", "t"],
    ["a", "b", "t"],
  ]);
  expect([one!.columns, other!.columns]).toEqual([
    ["a", "t"],
    ["b", "t"],
  ]);
});

it("windows are bound by where they end, for those who read where they begin too", () => {
  const times = asked(source("a", "window_start"), source("b", "window_end")).map(({ time }) => time?.column);
  expect(times).toEqual(["window_end", "window_end"]);
  expect(asked(source("a", "window_start"))[0]!.time?.column).toBe("window_start");
});

it("other rows are asked for by themselves", () => {
  const own = ["a"];
  const first = source("a", "t");
  for (const other of [
    source("b", "t", { view: "w" }),
    source("b", "t", { where: "b > 1" }),
    source("b", "t", { emit: "final" }),
    source("b", null),
    source("b", "u"),
    { span: "15m", source: source("b", "t") } as const,
    { newest: "t", source: source("b", "t") } as const,
  ]) {
    expect(asked(first, other)[0]!.asked).toEqual(own);
  }
});

it("what is no view stays as it is", () => {
  const endpoint: PanelSource = { over: "endpoint", path: "/e", parameters: {}, everySeconds: 10 };
  expect(asked(endpoint, source("a", "t"))[0]).toBe(endpoint);
});
