/** Imports go one way: down the layers of DESIGN §1, along the passages listed in house.ts. */
import type { Reference } from "./code-file.ts";
import { holds, LAYERS, layerOf, NARROWED, NEIGHBOURS, OUTSIDE_SRC, type Passage, roomOf } from "./house.ts";
import type { Violation } from "./law.ts";
import { isTest, type SourceTree } from "./source-tree.ts";

type Objection = Pick<Violation, "what" | "instead">;

const MAP = "The map is test/architecture/house.ts.";

export function importDirection(tree: SourceTree): Violation[] {
  const judged = tree.code.filter(({ path }) => /^(?:src|dashboard)\//.test(path) && !isTest(path));
  return judged.flatMap(({ path, references }) =>
    references.flatMap((reference) => {
      const target = tree.resolve(path, reference.specifier);
      const objection = target && objectionTo(path, target.path, reference);
      return objection ? [{ file: path, line: reference.line, ...objection }] : [];
    }),
  );
}

function objectionTo(from: string, to: string, { kind }: Reference): Objection | undefined {
  const [source, target] = [roomOf(from), roomOf(to)];
  if (!to.startsWith("src/")) return from.startsWith("src/") ? leavesSrc(to) : undefined;
  const narrowed = NARROWED.find((each) => holds(each.from, from));
  if (source === target && (narrowed === undefined || narrowed.from === source)) return undefined;
  if (narrowed !== undefined) return outOfSight(narrowed, to, kind);
  const [sourceLayer, targetLayer] = [layerOf(source), layerOf(target)];
  if (sourceLayer === undefined) return unknownRoom(source);
  if (targetLayer === undefined) return unknownRoom(target);
  if (sourceLayer < targetLayer) return undefined;
  return sourceLayer > targetLayer ? upward(source, target) : sideways(source, to, kind);
}

function leavesSrc(to: string): Objection | undefined {
  if (OUTSIDE_SRC.includes(to)) return undefined;
  return {
    what: `src/ imports ${to}, which is outside src/`,
    instead: "src/ stands alone: move what is shared into a room of src/, and let the outside import that.",
  };
}

function outOfSight(
  { from, sees, because }: (typeof NARROWED)[number],
  to: string,
  kind: Reference["kind"],
): Objection | undefined {
  const passage = sees.find((each) => holds(each.to, to));
  if (passage !== undefined) return typesOnly(from, passage, kind);
  return {
    what: `${from} may not see ${to}: ${because}`,
    instead: `It sees only ${sees.map(spell).join(", ")}. Take what you need as an argument. ${MAP}`,
  };
}

function upward(source: string, target: string): Objection {
  return {
    what: `${source} imports ${target}, which stands above it`,
    instead:
      `Imports go down (${drawn()}). ` +
      `Let ${target} pass the thing in, or move it down to ${source}. ${MAP}`,
  };
}

function sideways(source: string, to: string, kind: Reference["kind"]): Objection | undefined {
  const neighbour = NEIGHBOURS.find((each) => each.from === source && holds(each.to.to, to));
  if (neighbour !== undefined) return typesOnly(source, neighbour.to, kind);
  return {
    what: `${source} imports ${to}, a neighbour in the same layer`,
    instead: `Let a room above join the two, or move what both need to a room below. ${MAP}`,
  };
}

function unknownRoom(room: string): Objection {
  return {
    what: `"${room}" is not a room of the house`,
    instead: `Put the file into one of the rooms of DESIGN §1; a new room needs a decision and a row. ${MAP}`,
  };
}

function typesOnly(source: string, passage: Passage, kind: Reference["kind"]): Objection | undefined {
  if (!passage.typesOnly || kind === "type") return undefined;
  return {
    what: `${source} imports values from ${passage.to}, of which it may only see types`,
    instead: `Write \`import type { … }\`. ${MAP}`,
  };
}

function spell({ to, typesOnly }: Passage): string {
  return typesOnly ? `the types of ${to}` : to;
}

function drawn(): string {
  return LAYERS.map((rooms) => rooms.join(", ")).join(" → ");
}
