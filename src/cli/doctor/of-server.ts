/** How a running server is, and why each view that shows nothing shows nothing: in the server's own words. */
import type { ServerHealth, ViewList, WhyAnswer } from "../../serving/answers.ts";
import { requestServer } from "../server-request.ts";
import type { Finding } from "./finding.ts";

export async function serverFindings(url: string): Promise<readonly Finding[]> {
  const health = (await requestServer(url, "/health", { status: 503 })) as ServerHealth;
  const { views } = (await requestServer(url, "/v1/views")) as ViewList;
  const text = `Quickwater ${health.version} runs at ${url}`;
  const parts = Object.entries(health.parts).flatMap(([name, part]): readonly Finding[] => {
    // Each view tells for itself.
    if (part.status === "ok" || name === "views") return [];
    return [{ about: "server", isWrong: true, text: `${name}: ${part.reason ?? part.status}`, name }];
  });
  const shown = views.filter(({ rowCount, failure }) => rowCount > 0 && failure === null).length;
  const counts = `${shown} of ${views.length} views show rows`;
  const empty = views.filter(({ rowCount, failure }) => rowCount === 0 || failure !== null);
  const asked = await asksWhy(
    url,
    empty.map(({ name }) => name),
  );
  return [
    { about: "server", isWrong: false, text },
    ...parts,
    { about: "server", isWrong: false, text: counts },
    ...asked,
  ];
}

/** A view that waits for a stream that queries write is followed there. */
async function asksWhy(url: string, views: readonly string[]): Promise<readonly Finding[]> {
  const found = new Map<string, Finding>();
  const names = [...views];
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (found.has(name)) continue;
    const answer = (await requestServer(url, `/v1/why/${encodeURIComponent(name)}`)) as WhyAnswer;
    const { kind, cause, summary, inputs } = answer;
    found.set(name, { about: kind, isWrong: cause !== "well", text: `${name}: ${summary}`, name, cause });
    const written = inputs.filter(({ from, rowsLogged }) => from === "queries" && rowsLogged === 0);
    names.unshift(...written.map(({ stream }) => stream));
  }
  return [...found.values()];
}
