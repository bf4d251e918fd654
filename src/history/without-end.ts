/** A query that is to stand within another one: what stands behind it would stand there too. */
export function withoutEnd(sql: string): string {
  return sql.replace(/[;\s]+$/, "");
}
