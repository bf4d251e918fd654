/** The choice of the theme. Loaded after the page. */
import { Menu } from "@base-ui/react/menu";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { chooseTheme, onThemeChange, type ThemeChoice, themeChoice } from "./theme.ts";
import { ThemeSign, themeButtonClass } from "./theme-sign.tsx";

const choices: Readonly<Record<ThemeChoice, string>> = {
  system: "As the system",
  light: "Light",
  dark: "Dark",
};

const itemClass =
  "flex cursor-pointer items-center gap-2 rounded-md px-2.5 py-1.5 outline-none data-highlighted:bg-raised";

export function ThemeMenu(): ReactNode {
  const choice = useSyncExternalStore(onThemeChange, themeChoice);
  // In the header and not at the end of the page: all content stands in a landmark.
  const [place, setPlace] = useState<HTMLElement | null>(null);
  return (
    <Menu.Root>
      <div ref={setPlace}>
        <Menu.Trigger aria-label="Theme" title="Theme" className={themeButtonClass}>
          <ThemeSign />
        </Menu.Trigger>
      </div>
      <Menu.Portal container={place}>
        <Menu.Positioner align="end" sideOffset={6} className="z-20">
          <Menu.Popup className="panel min-w-40 p-1 text-sm outline-none">
            <Menu.RadioGroup value={choice} onValueChange={(value: ThemeChoice) => chooseTheme(value)}>
              {Object.entries(choices).map(([value, words]) => (
                <Menu.RadioItem key={value} value={value} closeOnClick className={itemClass}>
                  <span aria-hidden="true" className="w-3 text-accent">
                    <Menu.RadioItemIndicator>✓</Menu.RadioItemIndicator>
                  </span>
                  {words}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
