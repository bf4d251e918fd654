/** What is wrong with the pages of a project. They are shown all the same, each mistake where it is. */
import { problemsOf } from "../project/pages/page-file.ts";
import { pageWorld } from "../serving/dashboard/pages.ts";
import type { CheckedProject } from "./checked-project.ts";

export function mistakesOfPages({
  project: { pages },
  catalog,
  endpoints,
  analyses,
}: CheckedProject): readonly string[] {
  const [views, streams] = [catalog.views(), catalog.keptStreams()];
  const world = pageWorld({ views, streams, endpoints, analyses });
  return pages
    .flatMap((page) => problemsOf(page.read(world)))
    .map(({ message, hint }) => `${message}\n${hint}`);
}
