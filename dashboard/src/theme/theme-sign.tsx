/** How the theme's button looks, before and after its menu is there. */
import { type ReactNode, useSyncExternalStore } from "react";
import { currentTheme, onThemeChange } from "./theme.ts";

export const themeButtonClass =
  "grid size-8 place-items-center rounded-md text-muted hover:bg-raised hover:text-ink";

export function ThemeSign(): ReactNode {
  const isDark = useSyncExternalStore(onThemeChange, currentTheme) === "dark";
  return (
    <svg viewBox="0 0 20 20" className="size-4.5" fill="none" stroke="currentColor" aria-hidden="true">
      {isDark ? (
        <path d="M16.5 12A7 7 0 0 1 8 3.5a6.9 6.9 0 1 0 8.5 8.5Z" strokeWidth="1.6" strokeLinejoin="round" />
      ) : (
        <g strokeWidth="1.6" strokeLinecap="round">
          <circle cx="10" cy="10" r="3.4" />
          <path d="M10 2.2v1.6M10 16.2v1.6M2.2 10h1.6M16.2 10h1.6" />
          <path d="M4.5 4.5l1.1 1.1M14.4 14.4l1.1 1.1M4.5 15.5l1.1-1.1M14.4 5.6l1.1-1.1" />
        </g>
      )}
    </svg>
  );
}
