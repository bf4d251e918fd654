/** `customer.home.country`: a name of these surroundings, then fields of members and of rows. */
import type { ValueSpec } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { complaint, type Surroundings, typeNameOf, unknownName } from "./names.ts";

export function followPath(at: YamlValue, path: string, { world, scope }: Surroundings): ValueSpec {
  const [first = "", ...rest] = path.split(".");
  let value = scope.find(first);
  if (value === undefined) throw unknownName(at, "name", first, scope.names());
  let walked = first;
  for (const name of rest) {
    value = fieldOf(at, value, name, walked, world);
    walked += `.${name}`;
  }
  return value;
}

function fieldOf(
  at: YamlValue,
  value: ValueSpec,
  name: string,
  walked: string,
  world: Surroundings["world"],
): ValueSpec {
  const { type } = value;
  if (type.kind === "member") {
    const { fields } = world.entities[type.entity]!;
    const field = fields.findIndex((each) => each.name === name);
    if (field !== -1) {
      return { kind: "field", type: fields[field]!.type, member: value, entity: type.entity, field };
    }
    throw unknownName(
      at,
      `field of ${walked}`,
      name,
      fields.map((each) => each.name),
    );
  }
  if (type.kind !== "row") throw complaint(at, `${walked} is ${typeNameOf(type, world)} and has no fields`);
  const index = type.fields.findIndex(([known]) => known === name);
  if (index !== -1) return { kind: "part", type: type.fields[index]![1], row: value, index };
  throw unknownName(
    at,
    `field of ${walked}`,
    name,
    type.fields.map(([known]) => known),
  );
}
