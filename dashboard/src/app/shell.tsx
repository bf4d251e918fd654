/** What every page stands in. */
import { Link, Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
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
        <div className="mx-auto flex h-14 max-w-[1160px] items-center gap-3 px-4 sm:gap-6 sm:px-6">
          <span className="flex items-center gap-2.5 font-semibold tracking-tight">
            <Mark />
            <span className="max-sm:sr-only">Quickwater</span>
          </span>
          <nav aria-label="Pages">
            <Link
              to="/"
              search={true}
              className="rounded-md px-2.5 py-1.5 text-sm text-muted hover:text-ink current:bg-raised"
            >
              Commerce
            </Link>
          </nav>
          <div className="ml-auto flex items-center gap-2 sm:gap-3">
            <ConnectionBadge />
            <ThemeButton />
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto max-w-[1160px] px-4 pb-16 outline-none sm:px-6">
        <Outlet />
      </main>
    </>
  );
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
