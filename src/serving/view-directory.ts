/** The views that there are: all that serving knows of the engine. */
import { quickwaterError } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";
import type { LiveView } from "../views/live-view.ts";

export interface ViewDirectory {
  view(name: string): LiveView | undefined;
  views(): readonly LiveView[];
}

/** Throws `request.unknown-view` with the name that was most likely meant. */
export function viewNamed(directory: ViewDirectory, name: string): LiveView {
  const view = directory.view(name);
  if (view !== undefined) return view;
  const names = directory.views().map((each) => each.schema.name);
  throw quickwaterError("request.unknown-view", { view: name }, { suggestion: closestName(name, names) });
}
