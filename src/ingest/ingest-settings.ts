/** The bounds of the HTTP way in, by the names that `quickwater.yaml` has for them. */
export interface IngestSettings {
  /** A larger object or array is refused with 413; lines have no limit. */
  readonly bodyBytesMax: number;
  /** Where all bodies that are being received come to more than this, the next ones are refused with 429. */
  readonly bodyBytesInFlightMax: number;
  /** A request, or the next part of its lines, that has not arrived after this time is cut off with 408. */
  readonly requestMsMax: number;
}

export type IngestOptions = { readonly [Name in keyof IngestSettings]?: IngestSettings[Name] | undefined };

const defaults: IngestSettings = {
  bodyBytesMax: 16 * 1024 * 1024,
  bodyBytesInFlightMax: 64 * 1024 * 1024,
  requestMsMax: 120_000,
};

/** Settings that are there and undefined mean the default too. */
export function ingestSettings({
  bodyBytesMax = defaults.bodyBytesMax,
  bodyBytesInFlightMax = defaults.bodyBytesInFlightMax,
  requestMsMax = defaults.requestMsMax,
}: IngestOptions = {}): IngestSettings {
  return { bodyBytesMax, bodyBytesInFlightMax, requestMsMax };
}
