/** A checked project as `quickwater test` runs it. */
import { Catalog } from "../catalog/catalog.ts";
import { logSettingsOf } from "../dataflow/runtime/engine-options.ts";
import { bindEngineScript } from "../dataflow/runtime/engine-script.ts";
import type { RehearsedProject } from "../rehearsal/rehearsal.ts";
import type { CheckedProject } from "./checked-project.ts";

export function rehearsedProject({ project, sql }: CheckedProject): RehearsedProject {
  const { timeZone, log } = project.settings;
  return {
    folder: project.folder,
    script: bindEngineScript(sql, new Catalog(), timeZone),
    settings: logSettingsOf({ timeZone, log }),
    simulators: project.simulators,
  };
}
