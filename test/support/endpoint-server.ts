/** A server of a project with endpoints, which is checked as the command line checks it. */
import { checkWholeProject } from "../../src/cli/checked-history.ts";
import type { Server, ServerOptions } from "../../src/server.ts";
import { projectOf } from "./project-folder.ts";
import { shopSql, testServer } from "./test-server.ts";

/** By the name of the file. */
export type EndpointTexts = Readonly<Record<string, string>>;

export function endpointProject(files: EndpointTexts, sql = shopSql): string {
  const named = Object.entries(files).map(([name, text]) => [`endpoints/${name}.yaml`, text]);
  return projectOf({ "sql/all.sql": sql, ...Object.fromEntries(named) });
}

/** The server of a project, or the first mistake of it, thrown. */
export async function projectServer(folder: string, changes: Partial<ServerOptions> = {}): Promise<Server> {
  const checked = await checkWholeProject(folder);
  const { sql, endpoints, metrics, analyses, mistakes } = checked;
  if (mistakes.length > 0) throw new Error(mistakes.join("\n\n"));
  const { pages } = checked.project;
  return testServer({ sql, endpoints, metrics, analyses, pages, ...changes });
}
