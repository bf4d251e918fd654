/**
 * The members of all entities: their fields are drawn once, field by field. What chance they get depends on
 * the names of entity and field in their file alone, so that customers are the same at each start, at each
 * seed, and in every world that has them.
 */
import { Random } from "../random.ts";
import type { Slices } from "../slices.ts";
import type { EntityFieldSpec, Value, WorldSpec } from "../world-spec.ts";
import { compileValue } from "./compile-value.ts";
import { type Members, noMembers, WorldState } from "./world-state.ts";

/** The same for all worlds of a description that begin then, at that rate. */
export function* drawMembers(spec: WorldSpec, nowMs: number, rate: number): Slices<Members> {
  const state = new WorldState({ spec, nowMs, rate, random: new Random(0), members: noMembers(spec) });
  for (const [entity, { ownName, count, sides, fields }] of state.entities.entries()) {
    for (const [field, { name: fieldName, drawn }] of fields.entries()) {
      state.random.seed(hashOf(`${ownName}.${fieldName}`));
      const draw = memberValue(drawn, sides, state);
      const column = state.columns[entity]![field]!;
      for (let member = 0; member < count; member++) {
        state.member = member;
        column.push(draw(member));
      }
      yield;
    }
  }
  return state;
}

function memberValue(
  drawn: EntityFieldSpec["drawn"],
  sides: readonly number[],
  state: WorldState,
): (member: number) => Value {
  if (drawn.kind === "written") return (member) => drawn.values[member]!;
  if (drawn.kind === "side") {
    const behind = sides.slice(drawn.side + 1).reduce((product, side) => product * side, 1);
    return (member) => Math.floor(member / behind) % sides[drawn.side]!;
  }
  const draw = compileValue(drawn.value, state);
  return () => draw([]);
}

/** FNV-1a. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
