/** Hashes as hexadecimal digits: MD5, SHA1, SHA224 to SHA512, SHA2. A text is taken as UTF-8. */
import { createHash } from "node:crypto";
import type { SqlType } from "../../values/sql-type.ts";
import {
  badArgument,
  computedFunction,
  resolveShape,
  takeInt,
  takeTextOrBinary,
} from "./computed-function.ts";
import type { Argument, ScalarFunction, ScalarFunctionName, Signature } from "./scalar-function.ts";

const sha2Lengths: readonly number[] = [224, 256, 384, 512];

export const hashFunctions: readonly ScalarFunction[] = [
  hashOf("MD5", "md5", 32),
  hashOf("SHA1", "sha1", 40),
  hashOf("SHA224", "sha224", 56),
  hashOf("SHA256", "sha256", 64),
  hashOf("SHA384", "sha384", 96),
  hashOf("SHA512", "sha512", 128),
  computedFunction({
    name: "SHA2",
    takes: "a STRING or BYTES, and 224, 256, 384 or 512",
    resolve: resolveSha2,
    prepare: () => (value: string | Uint8Array, bits: number) => {
      if (sha2Lengths.includes(bits)) return hexHash(`sha${bits}`, value);
      throw badArgument("SHA2", `${bits} is none of ${sha2Lengths.join(", ")}`);
    },
  }),
];

function hashOf(name: ScalarFunctionName, algorithm: string, digits: number): ScalarFunction {
  const result: SqlType = { kind: "CHAR", length: digits, nullable: true };
  return computedFunction({
    name,
    takes: "a STRING or BYTES",
    resolve: (given) => resolveShape(given, { takes: [takeTextOrBinary], result }),
    prepare: () => (value: string | Uint8Array) => hexHash(algorithm, value),
  });
}

function hexHash(algorithm: string, value: string | Uint8Array): string {
  return createHash(algorithm).update(value).digest("hex");
}

/** A length that is written and wrong is told before anything runs. */
function resolveSha2(given: readonly Argument[]): Signature | undefined {
  const bits = given[1]?.literal;
  if (typeof bits === "number" && !sha2Lengths.includes(bits)) return undefined;
  const result: SqlType = { kind: "VARCHAR", length: 128, nullable: true };
  return resolveShape(given, { takes: [takeTextOrBinary, takeInt], result });
}
