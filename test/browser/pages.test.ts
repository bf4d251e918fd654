/** The demo's pages, of data that stand still: every number on them is one that the API gives. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page as BrowserPage } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { QuickwaterHttp } from "../../src/client/index.ts";
import type { Page, Panel, PanelKindName } from "../../src/serving/pages.ts";
import { expectAccessible, launchChromium, noBrowser, takePicture, watchLayoutShift } from "./chromium.ts";
import { type AnalysisAnswer, keepAnswer, ofAnalysis } from "./oracle/analysis-differences.ts";
import { nothing } from "./oracle/given.ts";
import { ofFeed, ofStatus, ofTable } from "./oracle/list-differences.ts";
import {
  ofBars,
  ofBubbles,
  ofFunnel,
  ofHeatMap,
  ofNumber,
  ofNumberTwin,
  ofPlaces,
  ofSeries,
} from "./oracle/number-differences.ts";
import { type PanelTexts, panelsSettled, panelTexts, showAsTables } from "./oracle/page-texts.ts";
import { chosenRows, type Row, rowsOf, shownBy } from "./oracle/panel-rows.ts";
import { freePort, ServerProcess } from "./server-process.ts";

const pages = [
  "overview",
  "commerce",
  "fraud",
  "inventory",
  "clickstream",
  "segments",
  "email",
  "stores",
] as const;

/** Kinds whose content no oracle computes: that they are shown is all that is proven here. */
const withoutOracle: readonly PanelKindName[] = ["text"];

/** Rows of FEATURES that a page shows. */
type Oracle = (given: never) => string[];
const ofPictures: Readonly<Partial<Record<PanelKindName, Oracle>>> = {
  kpi: ofNumber,
  gauge: ofNumber,
  bars: ofBars,
  table: ofTable,
  status: ofStatus,
};
const ofTwins: Readonly<Partial<Record<PanelKindName, Oracle>>> = {
  kpi: ofNumberTwin,
  series: ofSeries,
  funnel: ofFunnel,
  "heat-map": ofHeatMap,
  feed: ofFeed,
  bubble: ofBubbles,
  places: ofPlaces,
};
/** An analysis shows the same in these as in others. */
const analysesAsTwins: readonly PanelKindName[] = ["funnel", "cohort", "heat-map"];

const narrow = { width: 390, height: 844 };
const wide = { width: 1360, height: 900 };

describe.skipIf(noBrowser !== undefined)("pages of the demo", () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "quickwater-pages-"));
  let server: ServerProcess;
  let http: QuickwaterHttp;
  let browser: Browser;
  let page: BrowserPage;
  let layoutShift: () => Promise<number>;
  const wrong: string[] = [];
  /** Of which all numbers are compared: the steps by which spans of pages move on meet there. */
  let momentMs: number;
  /** The last answers of analyses, by name: what they are of moves on with every question. */
  const answers = new Map<string, AnalysisAnswer>();

  beforeAll(async () => {
    server = new ServerProcess({ port: await freePort(), dataFolder });
    http = new QuickwaterHttp({ url: server.url });
    await server.start(["--backfill", "26h"]);
    await server.says("Filled with", 150_000);
    // Some that come live, too: sessions that are open, windows that fill.
    await sleep(5_000);
    await server.stop();
    await server.start();
    // It answers while it reads its journal again, and numbers move until that is read.
    await server.says("Quickwater runs", 150_000);
    browser = await launchChromium();
    momentMs = Math.ceil(Date.now() / 30_000) * 30_000;
  }, 400_000);

  afterAll(async () => {
    await browser?.close();
    await server?.kill();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    page = await browser.newPage({
      viewport: wide,
      colorScheme: "light",
      locale: "en-US",
      timezoneId: "UTC",
    });
    wrong.length = 0;
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
    answers.clear();
    page.on("response", (response) => void keepAnswer(response, answers));
    layoutShift = await watchLayoutShift(page);
  });
  afterEach(() => page.close());

  async function open(name: string, search = ""): Promise<Page> {
    await page.goto(`${server.url}/pages/${name}${search}`);
    await panelsSettled(page);
    return await http.getPage(name);
  }

  it("are all here", async () => {
    expect((await http.getPages()).pages.map(({ name }) => name)).toEqual(pages);
  });

  it.each(pages)("%s is whole, accessible in both themes, and as narrow as a phone", async (name) => {
    const { rows, title, problems } = await open(name);
    expect(problems).toBe(0);
    await page.getByRole("heading", { name: title, level: 1 }).waitFor();
    const texts = await panelTexts(page);
    expect(Object.keys(texts)).toEqual(rows.flatMap(({ panels }) => panels.map(({ id }) => id)));
    for (const [id, { state, words }] of Object.entries(texts)) {
      expect({ id, state }).toEqual({ id, state: expect.stringMatching(/^(live|delayed)$/) });
      expect(words).not.toContain("does not know panels of the kind");
    }
    expect(await layoutShift()).toBeLessThanOrEqual(0.02);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const [size, viewport] of [
        ["wide", wide],
        ["narrow", narrow],
      ] as const) {
        await page.setViewportSize(viewport);
        await takePicture(page, `page-${name}-${colorScheme}-${size}`);
      }
      await expectAccessible(page);
    }
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(narrow.width);
    expect(wrong).toEqual([]);
  });

  /** What is drawn comes panel by panel: the page is read again until all of it is there. */
  async function expectSame(board: Page, oracles: typeof ofPictures, kinds: readonly PanelKindName[]) {
    const panels = board.rows.flatMap((row) => row.panels);
    const compared = panels.filter(({ kind, sources }) =>
      sources[0]?.over === "analysis" ? kinds.includes(kind) : kind in oracles,
    );
    const left = new Set(compared);
    await expect
      .poll(
        async () => {
          const [texts, chosen] = [await panelTexts(page), await chosenOnPage(board)];
          const told = await Promise.all(
            [...left].map(async (panel) => {
              const found = await differences(board, panel, texts[panel.id]!, chosen, oracles[panel.kind]);
              if (found.length === 0) left.delete(panel);
              return found;
            }),
          );
          return told.flat();
        },
        { timeout: 30_000, interval: 300 },
      )
      .toEqual([]);
  }

  async function differences(
    board: Page,
    panel: Panel,
    texts: PanelTexts,
    chosen: ReadonlyMap<string, string>,
    oracle: Oracle | undefined,
  ): Promise<string[]> {
    const [first] = panel.sources;
    const shown = shownBy(board, panel, momentMs);
    const told = async (): Promise<string[]> => {
      if (first?.over === "analysis") return ofAnalysis(panel, answers.get(first.name), texts);
      const all: (readonly Row[])[] = [];
      for (const source of panel.sources) {
        if (source.over === "view") all.push(await rowsOf(server.url, panel, source, shown));
      }
      const rows = all.map((each, place) => (place === 0 ? chosenRows(panel, each, chosen, shown) : each));
      const { startedAt } = await http.getHealth();
      return oracle?.({ panel, rows, shown, texts, startedMs: Date.parse(startedAt) } as never) ?? [];
    };
    return (await told()).map((each) => `${panel.title}: ${each}`);
  }

  async function chosenOnPage({ filters }: Page): Promise<ReadonlyMap<string, string>> {
    const chosen = new Map<string, string>();
    for (const { name, title } of filters) {
      const value = await page.locator("label", { hasText: title }).getByRole("combobox").inputValue();
      if (value !== "") chosen.set(name, value);
    }
    return chosen;
  }

  const itShows = (title: string, name: (typeof pages)[number]) => it(title, () => numbersAreThoseOf(name));
  itShows("X5: numbers of the overview are those of the API", "overview");
  itShows("C8, C13: numbers of commerce are those of the API", "commerce");
  itShows("C13: numbers of fraud are those of the API", "fraud");
  itShows("C17: numbers of the inventory are those of the API", "inventory");
  itShows("K10, K11: numbers of the clickstream are those of the API", "clickstream");
  itShows("S15, S16, S17, S18: numbers of segments are those of the API", "segments");
  itShows("E9, E10, E11, E12, E13: numbers of email are those of the API", "email");
  itShows("R6, R7, R8, R10, R11: numbers of stores are those of the API", "stores");

  async function numbersAreThoseOf(name: string): Promise<void> {
    await sleep(Math.max(0, momentMs - Date.now()));
    const board = await open(name, `?at=${new Date(momentMs).toISOString()}`);
    const panels = board.rows.flatMap((row) => row.panels);
    const bare = panels.filter(
      ({ kind }) => !(kind in ofPictures) && !(kind in ofTwins) && kind !== "cohort",
    );
    expect(withoutOracle).toEqual(expect.arrayContaining(bare.map(({ kind }) => kind)));
    await expectSame(board, ofPictures, ["bars"]);
    const texts = await panelTexts(page);
    const filled = panels.filter(
      ({ id, kind, sources }) =>
        (kind in ofTwins || (sources[0]?.over === "analysis" && analysesAsTwins.includes(kind))) &&
        !nothing.test(texts[id]!.words),
    );
    await showAsTables(
      page,
      filled.map(({ title }) => title),
    );
    await expectSame(board, ofTwins, analysesAsTwins);
    expect(wrong).toEqual([]);
  }

  it.each(["Approve", "Block"])(
    "C13: %s takes a payment out of the review queue, by keyboard alone",
    async (title) => {
      const query = { limit: 1, order: "`timestamp` DESC", where: "status = 'review'" };
      const [payment] = (await http.getView("review_queue", query)).rows;
      const { transaction_id: id, currency } = payment as { transaction_id: string; currency: string };
      await page.goto(`${server.url}/pages/fraud?currency=${currency}`);
      const queue = page.getByRole("region", { name: "Review queue", exact: true });
      const entry = queue.locator("li", { hasText: id });
      await entry.getByRole("button", { name: title, exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.keyboard.type("Ada");
      await page.keyboard.press("Tab");
      await page.keyboard.type("known customer");
      await page.keyboard.press("Enter");
      await queue.getByText(`Sent: ${title}`).first().waitFor();
      const answer = await fetch(`${server.url}/v1/streams/fraud_reviews/events?limit=1`);
      const { events } = (await answer.json()) as { events: readonly { event: object }[] };
      const decision = title === "Approve" ? "approved" : "blocked";
      const decided = { transaction_id: id, decision, reviewer: "Ada", note: "known customer" };
      expect(events[0]?.event).toMatchObject(decided);
      // What was done is told for five seconds before the row goes.
      await entry.waitFor({ state: "detached", timeout: 20_000 });
      expect(
        (
          await http.getView("review_queue", {
            ...query,
            where: `transaction_id = '${id}' AND status = 'review'`,
          })
        ).rows,
      ).toEqual([]);
    },
  );
});
