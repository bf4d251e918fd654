import type { PlacesPanel } from "../../../../src/serving/pages.ts";
import { plainName } from "../../data/groups.ts";
import { type About, about, aboutNumber, share } from "../../explain/about.ts";
import type { Mark } from "../../explain/mark.ts";
import type { PanelInput } from "../panel-kind.ts";
import type { Place, Places } from "./shape.ts";
import { withInner } from "./twin.ts";

/** Of the key of a place and the position of a value, or "share". */
export function aboutPlaces(
  [key, what]: Mark,
  { places }: Places,
  { panel }: PanelInput<PlacesPanel>,
): About | undefined {
  const place = places.flatMap(withInner).find((each) => each.key === key);
  if (place === undefined) return undefined;
  const numberOf = (at: number) => {
    const { title, value: measure, format } = panel.values[at]!;
    const value = place.values[at];
    return aboutNumber(title, measure, value?.value, format, value?.currency);
  };
  const names = [panel.title, ...namesOf(place, places)];
  if (what !== "share") {
    const number = numberOf(Number(what));
    return about([...names, number.title], [number], place.rows);
  }
  const number = numberOf(0);
  const formula = `${number.title} ÷ that of all`;
  return about(
    [...names, "share of all"],
    [aboutNumber("Share of all", formula, place.share, share), number],
    place.rows,
  );
}

/** From the wide to the narrow. */
function namesOf(place: Place, places: readonly Place[]): readonly string[] {
  const outer = places.find((each) => withInner(each).includes(place));
  if (outer === undefined) return [];
  const own = plainName([outer.name]);
  return outer === place ? [own] : [own, ...namesOf(place, outer.within)];
}
