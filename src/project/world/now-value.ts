/** `now: true`, and an instant before or after it; spans of time that are drawn. */
import type { ValueSpec } from "../../simulate/world-spec.ts";
import { durationOf } from "../../values/duration.ts";
import type { YamlValue } from "../yaml-file.ts";
import { constantOf } from "./constant.ts";
import { complaint, type Surroundings, typeNameOf } from "./names.ts";
import type { ReadValue } from "./read-value.ts";
import { integer, time } from "./value-types.ts";

export function readNow(at: YamlValue, around: Surroundings, read: ReadValue): ValueSpec {
  if (at.value === true) return { kind: "now", type: time, plus: undefined };
  const members = at.members(["plus", "as"]);
  const [plus, as] = [members.get("plus"), members.get("as")];
  if (as !== undefined && as.value !== "ms") throw as.refuse("ms");
  const later = plus === undefined ? undefined : readSpan(plus, around, read);
  return { kind: "now", type: as === undefined ? time : integer, plus: later };
}

/** In milliseconds: `20 min`, `{ from: 5 s, to: 90 s }`, or any whole number of them. */
export function readSpan(at: YamlValue, around: Surroundings, read: ReadValue): ValueSpec {
  const fixed = fixedSpan(at);
  if (fixed !== undefined) return fixed;
  const between = fromTo(at);
  if (between !== undefined) return between;
  const drawn = typeof at.value === "object" ? read(at, around) : constantOf(at);
  if (drawn.type.kind === "integer") return drawn;
  const found = typeNameOf(drawn.type, around.world);
  throw complaint(
    at,
    `it must be a time such as 20 min, { from: 5 s, to: 90 s }, or milliseconds, not ${found}`,
  );
}

function fixedSpan({ value }: YamlValue): ValueSpec | undefined {
  const ms = typeof value === "string" ? durationOf(value) : undefined;
  return ms === undefined ? undefined : { kind: "constant", type: integer, value: ms };
}

function fromTo(at: YamlValue): ValueSpec | undefined {
  if (typeof at.value !== "object" || at.value === null || Array.isArray(at.value) || !("from" in at.value)) {
    return undefined;
  }
  at.members(["from", "to"]);
  const [from, to] = [fixedSpan(at.member("from")), fixedSpan(at.member("to"))];
  if (from?.kind !== "constant" || to?.kind !== "constant" || Number(from.value) > Number(to.value)) {
    throw at.refuse("two times, the longer one second, such as { from: 5 s, to: 90 s }");
  }
  return { kind: "between", type: integer, from, to, digits: undefined };
}
