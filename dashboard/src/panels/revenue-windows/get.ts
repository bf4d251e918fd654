/** Gets the rows of the view `sales_per_minute`: one a minute and currency. */
import { useView } from "../../live/live-context.ts";
import { type Reading, readRevenueWindows } from "./shape.ts";

export const revenueView = "sales_per_minute";

export type RevenueFeed =
  | { readonly status: "loading" }
  | { readonly status: "failed"; readonly message: string; readonly hint: string; readonly retry: () => void }
  | { readonly status: "empty"; readonly stopped: string | undefined }
  | {
      readonly status: "filled";
      readonly windows: Reading["windows"];
      readonly lastRowAt: string | null;
      readonly watermark: string | null;
      /** Why the engine stopped the view; undefined while it runs. */
      readonly stopped: string | undefined;
    };

export function useRevenueFeed(): RevenueFeed {
  const { state, retry } = useView(revenueView);
  if (state.status === "failed") return { status: "failed", ...state.error, retry };
  if (state.view === undefined) return { status: "loading" };
  const { lastRowAt, watermark } = state.view.freshness;
  const stopped = state.status === "stopped" ? state.reason : undefined;
  if (state.view.rows.size === 0) return { status: "empty", stopped };
  const { windows, missing } = readRevenueWindows(state.view);
  if (missing.length > 0) {
    const message = `The view ${revenueView} has no column ${missing.join(", ")}.`;
    return {
      status: "failed",
      message,
      hint: "This page shows the view as the commerce pack defines it.",
      retry,
    };
  }
  return { status: "filled", windows, lastRowAt, watermark, stopped };
}
