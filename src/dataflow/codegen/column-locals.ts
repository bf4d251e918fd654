/**
 * The locals under which compiled kernels of groups know a batch's columns, whatever their physical form.
 */

/**
 * `c` values (the low lane of a wide decimal), `h` its high lane, `s`/`l` starts and lengths, `n` null
 * bits, `w`/`x` the 32-bit words of 64-bit lanes. Locals that a column has no use for are undefined and
 * never read.
 */
export function columnLocals(index: number): string {
  return `const ${assignments(index).join(", ")};`;
}

/** The same as names of a kernel that lasts longer than a batch, and what fills them from one. */
export function columnNames(index: number): { readonly names: string; readonly fill: string } {
  const names = ["k", "n", "c", "h", "s", "l", "w", "x"].map((name) => `${name}${index}`);
  return { names: names.join(", "), fill: `${assignments(index).join("; ")};` };
}

function assignments(index: number): readonly string[] {
  return [
    `k${index} = batch.columns[${index}]`,
    `n${index} = k${index}.nulls`,
    `c${index} = k${index}.values ?? k${index}.low`,
    `h${index} = k${index}.high`,
    `s${index} = k${index}.starts`,
    `l${index} = k${index}.lengths`,
    `w${index} = wordsOf(c${index})`,
    `x${index} = wordsOf(h${index})`,
  ];
}

export function isNullSource(index: number): string {
  return `((n${index}[row >> 3] >> (row & 7)) & 1) === 1`;
}

/** A 64-bit column as 32-bit words; undefined for narrower ones. */
export function wordsOf(values: unknown): Int32Array | undefined {
  const wide =
    values instanceof Float64Array || values instanceof BigInt64Array || values instanceof BigUint64Array;
  return wide ? new Int32Array(values.buffer, values.byteOffset, values.length * 2) : undefined;
}
