/** `quickwater doctor`: what would keep a server from starting, and why a view shows nothing. */
import { resolve } from "node:path";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import { readArguments, wholeOption } from "../arguments.ts";
import { dataFinding, nodeFinding, portFinding, projectFinding } from "../doctor/before-start.ts";
import type { Finding } from "../doctor/finding.ts";
import { serverFindings } from "../doctor/of-server.ts";
import { demoProject, packageVersion } from "../package-root.ts";
import { orRefusal, serverUrl } from "../server-request.ts";

export const help = `Usage: quickwater doctor [PROJECT] [options]

Looks for what would keep a server from starting: Node, the project, the data folder, the port. Where one
runs already, it says why each view that shows nothing shows nothing, as GET /v1/why/VIEW does. Nothing is
changed. Without PROJECT it looks at the demo.

  --data FOLDER    where events are kept (.quickwater)
  --port NUMBER    where a server is to listen, or does (8080)
  --server URL     only asks the server there
  --json           everything as JSON

quickwater repair looks through a whole journal.
Exit code: 0 nothing was found, 1 something was, 2 the server of --server cannot be asked.`;

const options = {
  data: { type: "string", default: ".quickwater" },
  port: { type: "string", default: "8080" },
  server: { type: "string" },
  json: { type: "boolean" },
} as const;

const host = "127.0.0.1";

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments("doctor", args, options, 1);
  const port = wholeOption("doctor", "port", values.port, 1, 65_535);
  return orRefusal(async () => {
    const findings =
      values.server === undefined
        ? await localFindings(positionals[0] ?? demoProject, resolve(values.data), port)
        : await serverFindings(serverUrl("doctor", values.server));
    if (values.json === true) process.stdout.write(`${JSON.stringify(told(findings))}\n`);
    else process.stdout.write(findings.map(textOf).join(""));
    return findings.some(({ isWrong }) => isWrong) ? 1 : 0;
  });
}

async function localFindings(folder: string, data: string, port: number): Promise<readonly Finding[]> {
  const running = await runningAt(`http://${host}:${port}`);
  const isRunning = running.length > 0;
  const { finding, project } = await projectFinding(folder);
  return [
    nodeFinding(process.versions.node),
    finding,
    dataFinding(data, project?.project.settings.name, isRunning),
    await portFinding(host, port, isRunning),
    ...running,
  ];
}

/** None where no Quickwater answers. */
async function runningAt(url: string): Promise<readonly Finding[]> {
  try {
    return await serverFindings(url);
  } catch (error) {
    if (error instanceof QuickwaterError && error.code === "run.no-server") return [];
    throw error;
  }
}

function told(findings: readonly Finding[]) {
  return {
    version: packageVersion(),
    findings: findings.map(({ advice = null, name = null, cause = null, ...finding }) => {
      return { ...finding, advice, name, cause };
    }),
  };
}

function textOf({ isWrong, text, advice }: Finding): string {
  const rest = advice === undefined ? "" : `\n       ${advice}`;
  return `${isWrong ? "wrong" : "ok   "}  ${text.replaceAll("\n", "\n       ")}${rest}\n`;
}
