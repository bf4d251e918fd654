/** The pages that there are. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { FirstPage, NamedPage } from "../pages/board-page.tsx";
import { NotFoundPage } from "../pages/not-found-page.tsx";
import { readPageSearch } from "../pages/page-search.ts";
import { CrashNotice } from "./crash-notice.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFoundPage,
  validateSearch: readPageSearch,
});
const first = createRoute({ getParentRoute: () => root, path: "/", component: FirstPage });
const named = createRoute({ getParentRoute: () => root, path: "/pages/$page", component: NamedPage });
const gallery = createRoute({
  getParentRoute: () => root,
  path: "/gallery",
  component: lazyRouteComponent(() => import("../pages/gallery-page.tsx"), "GalleryPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([first, named, gallery]),
  defaultErrorComponent: CrashNotice,
  defaultNotFoundComponent: NotFoundPage,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
