import type { Format, PlacesPanel } from "../../../../src/serving/pages.ts";
import { exact } from "../../data/formatted.ts";
import { plainName } from "../../data/groups.ts";
import type { PanelInput, Twin } from "../panel-kind.ts";
import type { Place, Places } from "./shape.ts";

export const share: Format = { as: "share", currency: null, digits: 1 };

/** Each place behind what it is in, as the rows write them; what is of a whole country has no city. */
export function placesTwin({ places }: Places, { panel }: PanelInput<PlacesPanel>): Twin {
  const rowsOf = (place: Place, outer: readonly string[]): readonly (readonly string[])[] => {
    const path = [...outer, plainName([place.name])];
    const values = place.values.map((value, at) =>
      value === undefined ? "" : exact(value.value, panel.values[at]!.format, value.currency),
    );
    const own = [...path, ...panel.by.slice(path.length).map(() => ""), ...values, exact(place.share, share)];
    return [own, ...place.within.flatMap((inner) => rowsOf(inner, path))];
  };
  const all = places.flatMap(withInner);
  return {
    headings: [...panel.by, ...panel.values.map(({ title }) => title), "Share of all"],
    rows: places.flatMap((place) => rowsOf(place, [])),
    markAt: (row, column) => {
      const [{ key, values, share: part }, at] = [all[row]!, column - panel.by.length];
      if (at === values.length) return part && [key, "share"];
      return values[at] && [key, at];
    },
  };
}

/** In the order of the table. */
export function withInner(place: Place): readonly Place[] {
  return [place, ...place.within.flatMap(withInner)];
}
