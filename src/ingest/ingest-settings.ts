/** The bounds of the HTTP way in, by the names that `quickwater.yaml` has for them. */
export interface IngestSettings {
  /** A larger body is refused with 413 before it is read. */
  readonly bodyBytesMax: number;
}

export const defaultIngestSettings: IngestSettings = { bodyBytesMax: 16 * 1024 * 1024 };
