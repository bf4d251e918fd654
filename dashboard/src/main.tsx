/**
 * Where the dashboard begins: one connection to the server that the page came from, and the pages on top of
 * it.
 */
import "./theme/theme.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { LiveConnection } from "../../src/client/index.ts";
import { router } from "./app/router.ts";
import { copyExactly } from "./data/exactly.ts";
import { LiveContext } from "./live/live-context.ts";
import { LiveViews } from "./live/live-views.ts";
import { queryClient } from "./server/queries.ts";

const liveUrl = new URL("/v1/live", window.location.href);
liveUrl.protocol = liveUrl.protocol === "https:" ? "wss:" : "ws:";
const live = new LiveViews(new LiveConnection({ url: liveUrl.href }));

// A laptop that wakes up, or a tab that is looked at again, should not wait for the next try.
window.addEventListener("online", () => live.reconnectNow());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") live.reconnectNow();
});

copyExactly(document);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root.");
createRoot(root).render(
  <QueryClientProvider client={queryClient}>
    <LiveContext value={live}>
      <RouterProvider router={router} />
    </LiveContext>
  </QueryClientProvider>,
);
