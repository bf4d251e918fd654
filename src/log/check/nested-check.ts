/** Checks of ARRAY and MAP: the brackets here, each value by the check of its type. */
import { checkString, skipSpace } from "../../values/json/scan.ts";
import { refuseSyntax, refuseType } from "./field-check.ts";

/** Answers the place behind the value, or -1 with `fault` filled. */
export type ValueCheck = (bytes: Uint8Array, from: number, end: number) => number;

export function checkArrayValues(bytes: Uint8Array, from: number, end: number, check: ValueCheck): number {
  if (bytes[from] !== 0x5b) return refuseType(bytes, from, end);
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === 0x5d) return at + 1;
  for (;;) {
    at = check(bytes, at, end);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] === 0x5d) return at + 1;
    if (bytes[at] !== 0x2c) return refuseSyntax();
    at = skipSpace(bytes, at + 1);
  }
}

export function checkMapValues(bytes: Uint8Array, from: number, end: number, check: ValueCheck): number {
  if (bytes[from] !== 0x7b) return refuseType(bytes, from, end);
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === 0x7d) return at + 1;
  for (;;) {
    if (bytes[at] !== 0x22) return refuseSyntax();
    at = checkString(bytes, at + 1, end);
    if (at < 0) return refuseSyntax();
    at = skipSpace(bytes, at);
    if (bytes[at] !== 0x3a) return refuseSyntax();
    at = check(bytes, skipSpace(bytes, at + 1), end);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] === 0x7d) return at + 1;
    if (bytes[at] !== 0x2c) return refuseSyntax();
    at = skipSpace(bytes, at + 1);
  }
}
