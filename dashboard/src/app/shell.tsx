/** What every page stands in. */
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PageSearch } from "../pages/page-search.ts";
import { pagesQuery } from "../server/queries.ts";
import { ThemeButton } from "../theme/theme-button.tsx";
import { ConnectionBadge } from "./connection-badge.tsx";

export function Shell(): ReactNode {
  return (
    <>
      <a
        href="#main"
        className="panel absolute -top-12 left-3 z-20 rounded-md px-3 py-1.5 text-sm focus:top-2"
      >
        Skip to the content
      </a>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-14 max-w-[1280px] items-center gap-3 px-4 sm:gap-6 sm:px-6">
          <span className="flex items-center gap-2.5 font-semibold tracking-tight">
            <Mark />
            <span className="max-sm:sr-only">Quickwater</span>
          </span>
          <PageLinks />
          <div className="ml-auto flex items-center gap-2 sm:gap-3">
            <ConnectionBadge />
            <ThemeButton />
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto max-w-[1280px] px-4 pb-16 outline-none sm:px-6">
        <Outlet />
      </main>
    </>
  );
}

const linkClass =
  "shrink-0 rounded-md px-2.5 py-1.5 text-sm text-muted hover:text-ink current:bg-raised current:text-ink";

/** In the order of the project; on the first of them where no other is named. */
function PageLinks(): ReactNode {
  const { data } = useQuery(pagesQuery);
  const { page: named } = useParams({ strict: false }) as { readonly page?: string };
  const isStart = useLocation({ select: ({ pathname }) => pathname === "/" });
  const current = named ?? (isStart ? data?.pages[0]?.name : undefined);
  return (
    <nav aria-label="Pages" className="flex min-w-0 gap-1 overflow-x-auto">
      {data?.pages.map(({ name, title, problems }) => (
        <Link
          key={name}
          to="/pages/$page"
          params={{ page: name }}
          search={keptSearch as never}
          aria-current={name === current ? "page" : undefined}
          className={linkClass}
        >
          {title}
          {problems > 0 && (
            <span className="ml-1.5 inline-block size-1.5 rounded-full bg-bad align-middle">
              <span className="sr-only">{`, ${problems} of it cannot be shown`}</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}

/** Time and zone go along; filters are of their page. */
function keptSearch({ span, from, to, at, tz, every }: PageSearch): PageSearch {
  return { span, from, to, at, tz, every };
}

function Mark(): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      className="size-6 text-accent"
      fill="none"
      stroke="currentColor"
      aria-hidden="true"
    >
      <path
        d="M3 9.5c3-3.4 6-3.4 9 0s6 3.4 9 0M3 16c3-3.4 6-3.4 9 0s6 3.4 9 0"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
    </svg>
  );
}
