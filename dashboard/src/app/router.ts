/** The pages that there are. */
import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { CommercePage } from "../pages/commerce-page.tsx";
import { NotFoundPage } from "../pages/not-found-page.tsx";
import { readZoneSearch } from "../time/use-times.ts";
import { CrashNotice } from "./crash-notice.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFoundPage,
  validateSearch: readZoneSearch,
});
const commerce = createRoute({ getParentRoute: () => root, path: "/", component: CommercePage });

export const router = createRouter({
  routeTree: root.addChildren([commerce]),
  defaultErrorComponent: CrashNotice,
  defaultNotFoundComponent: NotFoundPage,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
