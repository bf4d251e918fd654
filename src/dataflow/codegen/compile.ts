/**
 * Text to function, the only place where `new Function` stands. What the text needs of the outside comes in
 * as constants under names, never as text: no value of a user is ever spliced into code but numbers, booleans
 * and JSON-quoted strings.
 */

let compiledFunctions = 0;

/** How many functions this process has compiled: a test asks, to know that the compiled path was taken. */
export function compiledFunctionCount(): number {
  return compiledFunctions;
}

/** Evaluates the text of one function expression. A mistake in it is a bug of ours and names the text. */
export function compileFunction<F>(text: string, constants: readonly unknown[]): F {
  const names = constants.map((_, index) => constantName(index));
  try {
    const make = new Function(...names, `"use strict";\nreturn ${text};`) as (
      ...values: readonly unknown[]
    ) => F;
    compiledFunctions++;
    return make(...constants);
  } catch (cause) {
    throw new Error(`Quickwater bug: generated code does not compile\n${text}`, { cause });
  }
}

export function constantName(index: number): string {
  return `k${index}`;
}
