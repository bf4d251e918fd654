/**
 * The entities of a world: members by count, by rows that are written, or one for each pair of others. A file
 * around may change how many they are and single fields, or say that another entity takes their place.
 */
import type { EntityFieldSpec, EntitySpec, ValueSpec, ValueType } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { typeOf, valueAs } from "./constant.ts";
import { complaint, entityNamed, type Scope, type WorldNames } from "./names.ts";
import { readValue } from "./read-value.ts";
import { commonType, integer } from "./value-types.ts";
import type { Layer, Layered } from "./world-file.ts";

const membersMax = 1_000_000;
const kinds = ["count", "rows", "for-each"];

export function readEntities(written: readonly Layered[], { entities, entityPlaces }: WorldNames): void {
  for (const entity of written) {
    const last = entity.layers.at(-1)!;
    if (entity.layers.length > 1 && typeof last.at.value === "string") {
      entityPlaces.set(entity.name, entityNamed(last.at, last.names));
      continue;
    }
    const read = readEntity(entity, entities.length);
    entityPlaces.set(entity.name, entities.push(read) - 1);
  }
}

function readEntity({ name, ownName, layers }: Layered, place: number): EntitySpec {
  const beginning = readBeginning(layers);
  const fields: EntityFieldSpec[] = [];
  for (const each of fieldsOf(layers, beginning)) {
    if (each.kind === "begun") {
      fields.push(each.field);
      continue;
    }
    const scope = new MemberScope(place, fields);
    const value = readValue(each.at, { world: each.names, scope });
    fields.push({ name: each.name, type: value.type, drawn: { kind: "value", value } });
  }
  return { name, ownName, count: beginning.count, sides: beginning.sides, fields };
}

type NamedField = { readonly name: string } & (
  | { readonly kind: "begun"; readonly field: EntityFieldSpec }
  | ({ readonly kind: "said" } & Layer)
);

/**
 * The fields of all layers, each as the last one that has it says. A new one stands before the next one that
 * it is written before, so that those which take the place of others can be made of it.
 */
function fieldsOf(layers: readonly Layer[], beginning: Beginning): readonly NamedField[] {
  let fields: NamedField[] = beginning.fields.map((field) => ({ name: field.name, kind: "begun", field }));
  for (const [height, layer] of layers.entries()) {
    const added: NamedField[] = [];
    for (const [name, at] of layer.at.members().get("fields")?.members() ?? []) {
      const known = fields.findIndex((each) => each.name === name);
      const isBegun = fields[known]?.kind === "begun";
      const isSide = isBegun && known < beginning.sides.length;
      if (isSide || (isBegun && height === beginning.height))
        throw complaint(at, "there is a field of that name already");
      // Rows that a file around writes have what this field was.
      if (isBegun && height < beginning.height) continue;
      added.push({ name, kind: "said", at, names: layer.names });
      if (known !== -1) fields = [...fields.slice(0, known), ...added.splice(0), ...fields.slice(known + 1)];
    }
    fields.push(...added);
  }
  return fields;
}

interface Beginning extends Pick<EntitySpec, "count" | "sides"> {
  readonly fields: readonly EntityFieldSpec[];
  /** Of the layer that says it. */
  readonly height: number;
}

/** The last layer that says how many there are decides; the first one must. */
function readBeginning(layers: readonly Layer[]): Beginning {
  const said = layers.map((layer, index) => {
    const members = layer.at.members([...kinds, "fields"]);
    const found = kinds.filter((kind) => members.has(kind));
    if (found.length > 1 || (index === 0 && found.length === 0))
      throw layer.at.refuse("an entity with one of count, rows and for-each");
    return { layer, height: index, kind: found[0] };
  });
  const { layer, height, kind } = said.findLast((each) => each.kind !== undefined)!;
  return { ...membersOf(layer.at, kind!, layer.names), height };
}

function membersOf(entity: YamlValue, kind: string, world: WorldNames): Omit<Beginning, "height"> {
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
