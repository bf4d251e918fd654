/** The kinds of panels: each a folder here with its code and its examples, loaded when first shown. */
import type { Panel, PanelKindName } from "../../../src/serving/pages.ts";
import { fetched } from "../app/fetched.ts";
import type { GalleryExample, PanelKind } from "./panel-kind.ts";

/** What kind it is of is known by its name alone. */
export type AnyPanelKind = PanelKind<Panel, unknown>;

interface Folder {
  readonly kind: () => Promise<{ readonly kind: unknown }>;
  readonly gallery: () => Promise<{ readonly examples: readonly GalleryExample[] }>;
}

const folders: Readonly<Record<PanelKindName, Folder>> = {
  kpi: { kind: () => import("./kpi/kind.tsx"), gallery: () => import("./kpi/gallery.ts") },
  series: { kind: () => import("./series/kind.tsx"), gallery: () => import("./series/gallery.ts") },
  bars: { kind: () => import("./bars/kind.tsx"), gallery: () => import("./bars/gallery.ts") },
  table: { kind: () => import("./table/kind.tsx"), gallery: () => import("./table/gallery.ts") },
  funnel: { kind: () => import("./funnel/kind.tsx"), gallery: () => import("./funnel/gallery.ts") },
  cohort: { kind: () => import("./cohort/kind.tsx"), gallery: () => import("./cohort/gallery.ts") },
  "heat-map": { kind: () => import("./heat-map/kind.tsx"), gallery: () => import("./heat-map/gallery.ts") },
  bubble: { kind: () => import("./bubble/kind.tsx"), gallery: () => import("./bubble/gallery.ts") },
  places: { kind: () => import("./places/kind.tsx"), gallery: () => import("./places/gallery.ts") },
  feed: { kind: () => import("./feed/kind.tsx"), gallery: () => import("./feed/gallery.ts") },
  gauge: { kind: () => import("./gauge/kind.tsx"), gallery: () => import("./gauge/gallery.ts") },
  status: { kind: () => import("./status/kind.tsx"), gallery: () => import("./status/gallery.ts") },
  text: { kind: () => import("./text/kind.tsx"), gallery: () => import("./text/gallery.ts") },
};

const loaded = new Map<PanelKindName, Promise<AnyPanelKind>>();
const there = new Map<PanelKindName, AnyPanelKind>();

/** Undefined of a kind that a newer server has. */
export function loadedKind(name: PanelKindName): Promise<AnyPanelKind> | undefined {
  if (!Object.hasOwn(folders, name)) return undefined;
  let kind = loaded.get(name);
  if (kind === undefined) {
    kind = fetched(folders[name].kind).then((module) => {
      there.set(name, module.kind as AnyPanelKind);
      return module.kind as AnyPanelKind;
    });
    loaded.set(name, kind);
  }
  return kind;
}

/** Undefined until its code is there. */
export function kindThatIsThere(name: PanelKindName): AnyPanelKind | undefined {
  return there.get(name);
}

/** By name of the kind. */
export function galleryExamples() {
  return Object.entries(folders).map(([kind, { gallery }]) => ({
    kind,
    examples: fetched(gallery).then((module) => module.examples),
  }));
}
