/**
 * Sizes that the dataflow shares. A batch fits the processor's cache; results do not depend on the number.
 */
export const batchRowsMax = 256;

/** All rows of a batch, for kernels that take a selection. */
export const identitySelection = Int32Array.from({ length: batchRowsMax }, (_, row) => row);
