/** What has to be said of a picture for it to be true. */
import type { ReactNode } from "react";

export function Notes({ notes }: { readonly notes: readonly string[] }): ReactNode {
  if (notes.length === 0) return null;
  return <p className="mt-2 text-xs text-muted">{notes.join(" ")}</p>;
}
