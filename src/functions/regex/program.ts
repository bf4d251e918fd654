/** What a pattern is compiled to, and with which points a match can begin. */
import type { Assertion, PointTest } from "./syntax.ts";

export type Instruction =
  | { readonly kind: "point"; readonly test: PointTest }
  | { readonly kind: "split"; first: number; second: number }
  | { readonly kind: "jump"; to: number }
  | { readonly kind: "save"; readonly slot: number }
  | { readonly kind: "assert"; readonly assertion: Assertion }
  | { readonly kind: "match" };

export interface Program {
  readonly instructions: readonly Instruction[];
  /** Two a group; the first two are the whole match. */
  readonly slots: number;
  readonly begins: Uint8Array | undefined;
}

export const asciiPoints = 128;

/**
 * For each point of ASCII whether a match can begin with it anywhere but at the begin of the text; others
 * can always. Undefined where a match may be empty, which begins before anything.
 */
export function pointsThatBegin(program: readonly Instruction[]): Uint8Array | undefined {
  const begins = new Uint8Array(asciiPoints);
  const places = new Set([0]);
  // A Set hands out what is added while it is walked.
  for (const place of places) {
    const instruction = program[place]!;
    switch (instruction.kind) {
      case "match":
        return undefined;
      case "point":
        for (let point = 0; point < asciiPoints; point++) if (instruction.test(point)) begins[point] = 1;
        break;
      case "jump":
        places.add(instruction.to);
        break;
      case "split":
        places.add(instruction.first).add(instruction.second);
        break;
      case "save":
        places.add(place + 1);
        break;
      case "assert":
        // Other assertions may hold where they are met.
        if (instruction.assertion !== "begin") places.add(place + 1);
    }
  }
  return begins;
}

/** Whether a match can begin at that place; `begins` is of `pointsThatBegin`. */
export function canBegin(begins: Uint8Array | undefined, text: string, at: number): boolean {
  if (begins === undefined || at === 0) return true;
  if (at === text.length) return false;
  const point = text.charCodeAt(at);
  return point >= begins.length || begins[point] === 1;
}
