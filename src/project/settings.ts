/** `quickwater.yaml`: every key optional, every unknown key refused. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readYaml } from "./yaml-file.ts";

export interface Settings {
  readonly name: string;
  readonly ingest: {
    readonly bodyBytesMax?: number | undefined;
    readonly bodyBytesInFlightMax?: number | undefined;
    readonly requestMsMax?: number | undefined;
  };
  readonly engine: { readonly checkpointMs?: number | undefined };
  readonly log: { readonly rowBytesMax?: number | undefined; readonly pendingBytesMax?: number | undefined };
}

const ingestKeys = ["body-bytes-max", "body-bytes-in-flight-max", "request-ms-max"];

export function readSettings(folder: string, defaultName: string): Settings {
  const file = join(folder, "quickwater.yaml");
  if (!existsSync(file)) return { name: defaultName, ingest: {}, engine: {}, log: {} };
  const root = readYaml(file).members(["name", "ingest", "engine", "log"]);
  const ingest = root.get("ingest")?.members(ingestKeys);
  const engine = root.get("engine")?.members(["checkpoint-ms"]);
  const log = root.get("log")?.members(["row-bytes-max", "pending-bytes-max"]);
  return {
    name: root.get("name")?.text() ?? defaultName,
    ingest: {
      bodyBytesMax: ingest?.get("body-bytes-max")?.wholeNumber(1024, 1024 ** 3),
      bodyBytesInFlightMax: ingest?.get("body-bytes-in-flight-max")?.wholeNumber(64 * 1024, 4 * 1024 ** 3),
      requestMsMax: ingest?.get("request-ms-max")?.wholeNumber(1_000, 3_600_000),
    },
    engine: { checkpointMs: engine?.get("checkpoint-ms")?.wholeNumber(10, 3_600_000) },
    log: {
      rowBytesMax: log?.get("row-bytes-max")?.wholeNumber(256, 16 * 1024 ** 2),
      pendingBytesMax: log?.get("pending-bytes-max")?.wholeNumber(64 * 1024, 4 * 1024 ** 3),
    },
  };
}
