/** History beside an engine: fed by its journal, and holding that back as far as it has not read it. */
import type { Engine } from "../engine.ts";
import { HistoryClient } from "./history-client.ts";
import { type GivenHistorySettings, historySettings } from "./history-settings.ts";

export function startHistory(
  engine: Engine,
  given: GivenHistorySettings,
  onProblem: (problem: string) => void,
): HistoryClient {
  const { data, log } = engine.journalFiles;
  log.needFrom("history", 1);
  return new HistoryClient(
    {
      folder: data.history,
      journal: data.journal,
      flushed: log.flushed.shared,
      timeZone: engine.timeZone,
      settings: historySettings(given),
    },
    // What has no row for it may go too.
    { onState: ({ seen }) => log.needFrom("history", seen + 1), onProblem },
  );
}
