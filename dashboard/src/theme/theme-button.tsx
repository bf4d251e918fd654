/** The sign of the theme, and the menu behind it as soon as that is loaded. */
import { lazy, type ReactNode, Suspense } from "react";
import { fetched } from "../app/fetched.ts";
import { whenIdle } from "../app/when-idle.ts";
import { ThemeSign, themeButtonClass } from "./theme-sign.tsx";

const ThemeMenu = lazy(() =>
  whenIdle()
    .then(() => fetched(() => import("./theme-menu.tsx")))
    .then((module) => ({ default: module.ThemeMenu })),
);

export function ThemeButton(): ReactNode {
  return (
    <Suspense
      fallback={
        <button type="button" aria-label="Theme" title="Theme" className={themeButtonClass}>
          <ThemeSign />
        </button>
      }
    >
      <ThemeMenu />
    </Suspense>
  );
}
