/** `PROD_{index:05}`: a text with holes; digits behind a colon fill up with zeros. */
import type { TextPiece, ValueSpec } from "../../simulate/world-spec.ts";
import type { YamlValue } from "../yaml-file.ts";
import { complaint, type Surroundings, typeNameOf } from "./names.ts";
import { followPath } from "./path.ts";
import { text } from "./value-types.ts";

export function readTemplate(at: YamlValue, around: Surroundings): ValueSpec {
  const pieces: TextPiece[] = [];
  let rest = at.text();
  while (rest !== "") {
    const open = rest.indexOf("{");
    if (open === -1) break;
    if (open > 0) pieces.push(rest.slice(0, open));
    const hole = /^\{([^{}:]+)(?::0(\d{1,2}))?\}/.exec(rest.slice(open));
    if (hole === null)
      throw complaint(at, `${JSON.stringify(rest.slice(open))} is no hole such as {index:05}`);
    const value = followPath(at, hole[1]!.trim(), around);
    if (["row", "array", "member"].includes(value.type.kind)) {
      const found = typeNameOf(value.type, around.world);
      throw complaint(at, `${hole[1]} is ${found}, which has no text; name one of its fields`);
    }
    pieces.push({ value, width: Number(hole[2] ?? 0) });
    rest = rest.slice(open + hole[0].length);
  }
  if (rest !== "") pieces.push(rest);
  return { kind: "text", type: text, pieces };
}
