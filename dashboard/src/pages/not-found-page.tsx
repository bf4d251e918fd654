import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

export function NotFoundPage({ words }: { readonly words?: string }): ReactNode {
  return (
    <div className="pt-24 text-center">
      <h1 className="text-xl font-semibold tracking-tight">There is nothing here</h1>
      <p className="mt-2 text-muted">{words ?? "The address leads to no page of this dashboard."}</p>
      <Link to="/" search={true} className="mt-6 inline-block font-medium text-accent hover:underline">
        Go to the first page
      </Link>
    </div>
  );
}
