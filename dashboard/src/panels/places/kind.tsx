import type { PlacesPanel } from "../../../../src/serving/pages.ts";
import type { PanelKind } from "../panel-kind.ts";
import { DrawPlaces } from "./draw.tsx";
import { type Places, shapePlaces } from "./shape.ts";
import { placesTwin } from "./twin.ts";

export const kind: PanelKind<PlacesPanel, Places> = {
  shape: shapePlaces,
  twin: placesTwin,
  Draw: DrawPlaces,
};
