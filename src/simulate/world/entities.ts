/** The members of all entities: their fields are drawn once, field by field as they stand in the file. */
import type { EntityFieldSpec, Value } from "../world-spec.ts";
import { compileValue } from "./compile-value.ts";
import type { WorldState } from "./world-state.ts";

export function drawMembers(state: WorldState): void {
  for (const [entity, { count, sides, fields }] of state.entities.entries()) {
    const columns = state.columns[entity]!;
    const draws = fields.map(({ drawn }) => memberValue(drawn, sides, state));
    for (let member = 0; member < count; member++) {
      state.member = member;
      for (const [field, draw] of draws.entries()) columns[field]!.push(draw(member));
    }
  }
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
