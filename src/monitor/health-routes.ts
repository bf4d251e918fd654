/**
 * `GET /health`: whether the process lives and what of it does not work, by name. `GET /ready`: whether its
 * answers are as of the present, 503 with the reason while it is still reading the journal.
 */
import type { FastifyInstance } from "fastify";
import type { Engine } from "../engine.ts";
import type { CheckpointHealth, HealthPart, ServerHealth } from "../serving/answers.ts";
import { formatInstantMs } from "../values/timestamp.ts";
import type { HistoryFigures } from "./history-figures.ts";
import { readingText } from "./reading-text.ts";

/** `history` is undefined where none is kept. */
export function registerHealthRoutes(
  app: FastifyInstance,
  engine: Engine,
  history: HistoryFigures | undefined,
  version: string,
): void {
  const startedAt = formatInstantMs(Math.floor(Date.now() - process.uptime() * 1_000));
  let ready = false;
  engine.ready.then(() => {
    ready = true;
  });
  app.get("/health", async (_request, reply): Promise<ServerHealth> => {
    const parts = { ...healthOf(engine), ...(history && { history: healthOfHistory(history) }) };
    const statuses = Object.values(parts).map((part) => part.status);
    const status = statuses.includes("failed") ? "failed" : statuses.includes("degraded") ? "degraded" : "ok";
    if (status === "failed") reply.status(503);
    const uptimeSeconds = Math.floor(process.uptime());
    const { making } = engine.progress;
    return {
      status,
      version,
      startedAt,
      uptimeSeconds,
      parts,
      checkpoint: checkpointOf(engine),
      making: making ?? null,
    };
  });
  app.get("/ready", async (_request, reply) => {
    if (ready && engine.failure === undefined) return { ready: true };
    reply.status(503).header("retry-after", 1);
    return { ready: false, reason: engine.failure?.message ?? readingText(engine.progress) };
  });
}

function checkpointOf({ restoredStep: begun, checkpoint }: Engine): CheckpointHealth {
  const restoredStep = begun ?? null;
  if (checkpoint === undefined) return { restoredStep, last: null };
  const { createdAtMs, oldestStep: _, viewBytes: __, count: ___, ...figures } = checkpoint;
  return { restoredStep, last: { ...figures, ageMs: Math.max(0, Date.now() - createdAtMs) } };
}

function healthOfHistory({ state: { problem } }: HistoryFigures): HealthPart {
  return problem === undefined ? { status: "ok" } : { status: "degraded", reason: problem };
}

function healthOf(engine: Engine): Record<string, HealthPart> {
  const { failure } = engine;
  const stopped = engine.views().filter((view) => view.failure !== undefined);
  const log: HealthPart =
    failure === undefined ? { status: "ok" } : { status: "failed", reason: failure.message };
  const reasons = stopped.map((view) => `${view.schema.name}: ${view.failure}`).join("; ");
  const views: HealthPart = stopped.length === 0 ? { status: "ok" } : { status: "degraded", reason: reasons };
  const { upkeepProblem } = engine;
  const journal: HealthPart =
    upkeepProblem === undefined ? { status: "ok" } : { status: "degraded", reason: upkeepProblem.message };
  return { engine: log, views, journal };
}
