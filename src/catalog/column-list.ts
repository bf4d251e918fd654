/**
 * Options that name columns: one, or several with commas between them. A name that holds a comma itself is
 * meant where a column is called so.
 */
export function columnList(value: string, names: readonly string[]): readonly string[] {
  return names.includes(value) ? [value] : value.split(",").map((name) => name.trim());
}
