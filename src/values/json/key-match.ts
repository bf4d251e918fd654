/**
 * Finding a field by its key's bytes: the part that the compiled row check and the compiled decoder share.
 */

/**
 * JavaScript that sets `field` to the position of the name that lies in `bytes` from `key` to `at`, and
 * leaves it as it is where none does. Names are told apart by length first, then compared whole.
 */
export function keyMatchSource(names: readonly string[]): string {
  const byLength = new Map<number, string[]>();
  names.forEach((name, index) => {
    const bytes = new TextEncoder().encode(name);
    const equal = Array.from(bytes, (byte, place) => `bytes[key + ${place}] === ${byte}`).join(" && ");
    const tests = byLength.get(bytes.length) ?? [];
    tests.push(`if (${equal || "true"}) field = ${index};`);
    byLength.set(bytes.length, tests);
  });
  const cases = [...byLength].map(([length, tests]) => `case ${length}: ${tests.join(" else ")} break;`);
  return `switch (at - key) { ${cases.join("\n")} }`;
}

/** A key that was written with escapes, which few clients do: allocation does not matter here. */
export function keyWithEscapes(bytes: Uint8Array, from: number, to: number): string {
  const text = new TextDecoder().decode(bytes.subarray(from, to));
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, unit: string | undefined, short: string) =>
    unit === undefined ? (shortEscapes[short] ?? short) : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

const shortEscapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
