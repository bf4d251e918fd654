/** What an engine reads the journal for, as a person is told. */
import type { EngineProgress } from "../dataflow/runtime/engine-messages.ts";

export function readingText({ reading, making }: EngineProgress): string {
  const what =
    reading === undefined && making !== undefined
      ? `Made of the journal: ${making.names.join(", ")}`
      : "The journal is being read";
  const of = reading ?? making;
  if (of === undefined) return `${what}.`;
  const { done, remainingMs } = of;
  const rest = remainingMs === null ? "" : `, about ${Math.ceil(remainingMs / 1000)} s more`;
  return `${what}: ${Math.floor(done * 100)} %${rest}.`;
}
