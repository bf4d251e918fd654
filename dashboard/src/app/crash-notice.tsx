/** Our own bug, said as such; the rest of the shell stays usable. */
import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";

export function CrashNotice({ error }: ErrorComponentProps): ReactNode {
  return (
    <div role="alert" className="pt-24 text-center">
      <h1 className="text-xl font-semibold tracking-tight">This page broke</h1>
      <p className="mt-2 text-muted">{error instanceof Error ? error.message : String(error)}</p>
      <button
        type="button"
        onClick={() => window.location.reload()}
        className="quiet-button mt-6 px-3 py-1.5"
      >
        Reload
      </button>
    </div>
  );
}
