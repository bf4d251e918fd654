/** Starts the judge, one Java process with a Flink of its own, and gives it questions. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FlinkAnswer } from "./answers.ts";
import type { FlinkQuestion } from "./questions.ts";

const sources = join(import.meta.dirname, "judge");
const service = join(import.meta.dirname, "../../scripts/services/flink");

/** Packages of the JDK that Flink reaches into, as its own start script opens them. */
const opened = [
  ...["java.util", "java.util.concurrent", "java.lang", "java.net", "java.nio", "java.text", "java.time"],
  "sun.nio.ch",
];

export interface Judgement {
  readonly version: string;
  readonly answers: ReadonlyMap<string, FlinkAnswer>;
}

/** The folder of Flink's jars, or why there is none. */
export function flinkFolder(): { readonly folder: string } | { readonly missing: string } {
  const { status, stdout, stderr } = spawnSync(service, { encoding: "utf8" });
  return status === 0 ? { folder: stdout.trim() } : { missing: stderr.trim() };
}

export async function askFlink(folder: string, questions: readonly FlinkQuestion[]): Promise<Judgement> {
  const classes = mkdtempSync(join(tmpdir(), "quickwater-judge-"));
  try {
    compileJudge(folder, classes);
    return await converse(folder, classes, questions);
  } finally {
    rmSync(classes, { recursive: true, force: true });
  }
}

function compileJudge(folder: string, classes: string): void {
  const files = ["Judge.java", "CorpusTables.java"].map((name) => join(sources, name));
  const compile = ["-nowarn", "-Xlint:-deprecation", "-cp", join(folder, "*"), "-d", classes, ...files];
  const { status, stderr } = spawnSync("javac", compile, { encoding: "utf8" });
  if (status !== 0) throw new Error(`javac failed: ${stderr}`);
  const services = join(classes, "META-INF/services");
  mkdirSync(services, { recursive: true });
  writeFileSync(join(services, "org.apache.flink.table.factories.Factory"), "CorpusTables\n");
}

async function converse(
  folder: string,
  classes: string,
  questions: readonly FlinkQuestion[],
): Promise<Judgement> {
  const java = spawn(
    "java",
    [
      "-Xmx1500m",
      "-Duser.timezone=UTC",
      ...opened.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
      ...["-cp", `${classes}:${join(folder, "*")}`, "Judge"],
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  java.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(""));
  const answers = new Map<string, FlinkAnswer>();
  let version = "";
  let rest = "";
  java.stdout.setEncoding("utf8");
  for await (const piece of java.stdout) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const said = JSON.parse(line) as { version?: string; id: string } & FlinkAnswer;
      if (said.version !== undefined) version = said.version;
      else answers.set(said.id, said);
    }
  }
  const unanswered = questions.filter(({ id }) => !answers.has(id)).length;
  if (unanswered > 0) throw new Error(`Flink ended with ${unanswered} questions unanswered`);
  return { version, answers };
}
