/** What `GET /v1/chronicle` answers: what happened to the server itself. */
export type ChronicleEntry =
  | { readonly kind: "away"; readonly from: string; readonly to: string }
  /** The queries of these views became others; their rows were made anew. */
  | { readonly kind: "changed"; readonly at: string; readonly views: readonly string[] };

export interface ChronicleAnswer {
  /** The oldest first. */
  readonly entries: readonly ChronicleEntry[];
}
