/** The entities of a world: members by count, by rows that are written, or one for each pair of others. */
import type { EntityFieldSpec, EntitySpec, ValueSpec, ValueType } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { typeOf, valueAs } from "./constant.ts";
import { complaint, entityNamed, type Scope, type WorldNames } from "./names.ts";
import { readValue } from "./read-value.ts";
import { commonType, integer } from "./value-types.ts";

const membersMax = 1_000_000;

export function readEntities(written: YamlValue, world: WorldNames): void {
  for (const [name, entity] of written.members()) {
    const members = entity.members(["count", "rows", "for-each", "fields"]);
    const kinds = ["count", "rows", "for-each"].filter((kind) => members.has(kind));
    if (kinds.length !== 1) throw entity.refuse("an entity with one of count, rows and for-each");
    const { count, sides, fields } = beginning(entity, kinds[0]!, world);
    for (const [field, value] of members.get("fields")?.members() ?? []) {
      if (fields.some((known) => known.name === field))
        throw complaint(value, "there is a field of that name already");
      const scope = new MemberScope(world.entities.length, fields);
      const drawn = readValue(value, { world, scope });
      fields.push({ name: field, type: drawn.type, drawn: { kind: "value", value: drawn } });
    }
    world.entities.push({ name, count, sides, fields });
  }
}

interface Beginning extends Pick<EntitySpec, "count" | "sides"> {
  readonly fields: EntityFieldSpec[];
}

function beginning(entity: YamlValue, kind: string, world: WorldNames): Beginning {
  const written = entity.member(kind);
  if (kind === "count") return { count: written.wholeNumber(1, membersMax), sides: [], fields: [] };
  if (kind === "rows") return { count: written.list().length, sides: [], fields: writtenFields(written) };
  const fields: EntityFieldSpec[] = [];
  const sides: number[] = [];
  for (const [name, side] of written.members()) {
    const type: ValueType = { kind: "member", entity: entityNamed(side, world) };
    fields.push({ name, type, drawn: { kind: "side", side: sides.length } });
    sides.push(world.entities[type.entity]!.count);
  }
  const count = sides.reduce((product, side) => product * side, 1);
  if (sides.length === 0 || count > membersMax) {
    throw complaint(
      written,
      `it makes ${count.toLocaleString("en")} members, which must be 1 to ${membersMax}`,
    );
  }
  return { count, sides, fields };
}

/** Each row has the same fields; numbers of a field are as fine as the finest. */
function writtenFields(rows: YamlValue): EntityFieldSpec[] {
  const [first, ...others] = rows.list();
  if (first === undefined) throw rows.refuse("at least one row");
  return [...first.members().keys()].map((name) => {
    const cells = [first, ...others].map(
      (row) => row.members([...first.members().keys()]) && row.member(name),
    );
    let type: ValueType = { kind: "null" };
    for (const cell of cells) {
      const common = commonType(type, typeOf(cell));
      if (common === undefined) throw complaint(cell, "it is of another kind than in the rows before it");
      type = common;
    }
    const shared = type;
    return {
      name,
      type,
      drawn: { kind: "written", values: cells.map(({ value }) => valueAs(value, shared)) },
    };
  });
}

/** A field may use `index` and the fields before it. */
class MemberScope implements Scope {
  readonly #entity: number;
  readonly #fields: readonly EntityFieldSpec[];

  constructor(entity: number, fields: readonly EntityFieldSpec[]) {
    this.#entity = entity;
    this.#fields = fields;
  }

  find(name: string): ValueSpec | undefined {
    if (name === "index") return { kind: "index", type: integer };
    const field = this.#fields.findIndex((each) => each.name === name);
    if (field === -1) return undefined;
    const entity = this.#entity;
    const member: ValueSpec = { kind: "index", type: { kind: "member", entity } };
    return { kind: "field", type: this.#fields[field]!.type, member, entity, field };
  }

  names(): readonly string[] {
    return ["index", ...this.#fields.map(({ name }) => name)];
  }
}
