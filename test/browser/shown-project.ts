/** A project's server in this process, with its pages and the dashboard of the sources; and a browser. */
import type { Browser } from "playwright-core";
import { expect } from "vitest";
import { checkWholeProject } from "../../src/cli/checked-history.ts";
import { type Server, startServer } from "../../src/server.ts";
import { projectOf } from "../support/project-folder.ts";
import { launchChromium } from "./chromium.ts";
import { buildDashboard } from "./dashboard-build.ts";

export interface ShownProject {
  readonly server: Server;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** The folders are the test's own. */
export async function showProject(
  files: Readonly<Record<string, string>>,
  { folder, data }: { readonly folder: string; readonly data: string },
): Promise<ShownProject> {
  const [built, browser] = await Promise.all([buildDashboard(), launchChromium()]);
  const { project, sql, endpoints, mistakes } = await checkWholeProject(projectOf(files, folder));
  expect(mistakes).toEqual([]);
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    data,
    project: "small",
    sql,
    endpoints,
    pages: project.pages,
    dashboard: built.folder,
    version: "0.0.0",
    onFailure: () => {},
  });
  await server.engine.ready;
  return {
    server,
    browser,
    async close() {
      await browser.close();
      await server.close();
      built.remove();
    },
  };
}
