/** The pages that there are. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { FirstPage, NamedPage } from "../pages/board-page.tsx";
import { NotFoundPage } from "../pages/not-found-page.tsx";
import { readPageSearch } from "../pages/page-search.ts";
import { pageQuery, pagesQuery, queryClient } from "../server/queries.ts";
import { CrashNotice } from "./crash-notice.tsx";
import { fetched } from "./fetched.ts";
import { Shell } from "./shell.tsx";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => NotFoundPage({}),
  validateSearch: readPageSearch,
  // Asked before anything is drawn, and not waited for.
  loader: () => void queryClient.prefetchQuery(pagesQuery),
});
const first = createRoute({ getParentRoute: () => root, path: "/", component: FirstPage });
const named = createRoute({
  getParentRoute: () => root,
  path: "/pages/$page",
  component: NamedPage,
  loader: ({ params }) => void queryClient.prefetchQuery(pageQuery(params.page)),
});
const gallery = createRoute({
  getParentRoute: () => root,
  path: "/gallery",
  component: lazyRouteComponent(() => fetched(() => import("../pages/gallery-page.tsx")), "GalleryPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([first, named, gallery]),
  // What of an address cannot be read is as if it were not there.
  search: { strict: true },
  defaultErrorComponent: CrashNotice,
  defaultNotFoundComponent: () => NotFoundPage({}),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
