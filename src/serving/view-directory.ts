/** The views that there are: all that serving knows of the engine. */
import type { LiveView } from "../views/live-view.ts";

export interface ViewDirectory {
  view(name: string): LiveView | undefined;
  views(): readonly LiveView[];
}
