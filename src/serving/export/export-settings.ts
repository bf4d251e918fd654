/** The bounds of exports. docs/reference/settings.md tells them. */

export interface ExportSettings {
  /** How many may run at the same time. */
  readonly atOnceMax: number;
  /** One that takes longer is ended; a client that reads slowly takes long. */
  readonly runMsMax: number;
}

export type GivenExportSettings = { readonly [Name in keyof ExportSettings]?: number | undefined };

/** A setting that is there and undefined means the default too. */
export function exportSettings(given: GivenExportSettings = {}): ExportSettings {
  const { atOnceMax = 2, runMsMax = 600_000 } = given;
  return { atOnceMax, runMsMax };
}
