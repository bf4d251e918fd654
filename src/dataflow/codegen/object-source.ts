/** Walking over the members of a JSON object: the part that all compiled decoders share. */
import { keyMatchSource } from "../../values/json/key-match.ts";

export interface ObjectWalk {
  /** Of the members that are looked for. */
  readonly names: readonly string[];
  /** JavaScript for the same names as an array, for keys that are written with escapes. */
  readonly namesAs: string;
  /** For each name what is done at its value; it leaves `at` behind the value. */
  readonly cases: readonly string[];
  /** Where the walk ends before the object does. */
  readonly stop: string;
}

/** JavaScript that takes `at` from an object's bracket, or white space before it, to behind the object. */
export function objectSource({ names, namesAs, cases, stop }: ObjectWalk): string {
  return `if (bytes[at] !== 123) at = skipSpace(bytes, at);
    if (bytes[++at] <= 32) at = skipSpace(bytes, at);
    if (bytes[at] === 125) at++;
    else for (;;) {
      const key = ++at;
      let field = -1, byte = 0;
      while ((byte = bytes[at]) !== 34 && byte !== 92) at++;
      if (byte === 34) { ${keyMatchSource(names)} at++; }
      else {
        at = Math.abs(passStringForValue(view, bytes, key));
        field = ${namesAs}.indexOf(keyWithEscapes(bytes, key, at - 1));
      }
      if (bytes[at] !== 58) at = skipSpace(bytes, at);
      if (bytes[++at] <= 32) at = skipSpace(bytes, at);
      switch (field) {
        ${cases.map((text, index) => `case ${index}: ${text} break;`).join("\n        ")}
        default: at = passValue(view, bytes, at);
      }
      ${stop}
      if (bytes[at] <= 32) at = skipSpace(bytes, at);
      if (bytes[at++] === 125) break;
      if (bytes[at] <= 32) at = skipSpace(bytes, at);
    }`;
}
