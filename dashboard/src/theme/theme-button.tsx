/** The sign of the theme, and the menu behind it as soon as that is loaded. */
import { type ReactNode, Suspense } from "react";
import { menuWhenIdle } from "../app/menu-when-idle.ts";
import { ThemeSign, themeButtonClass } from "./theme-sign.tsx";

const ThemeMenu = menuWhenIdle(() => import("./theme-menu.tsx").then((module) => module.ThemeMenu));

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
