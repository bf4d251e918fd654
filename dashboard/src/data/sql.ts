/** The little SQL that the pages write: names, instants, and conditions that all hold. */

const instant = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2}(?:\.(\d+))?)Z$/;

export function quotedName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/**
 * An instant is told by its milliseconds, whatever the time zone of the project: a TIMESTAMP is compared with
 * it as the instant that it is there. What is finer only a wall clock says, and that is one of UTC.
 */
export function timestampLiteral(text: string, sqlType: string): string | undefined {
  const match = instant.exec(text);
  if (match === null) return undefined;
  const isFiner = /[1-9]/.test((match[3] ?? "").slice(3));
  if (isFiner && !sqlType.startsWith("TIMESTAMP_LTZ")) return `TIMESTAMP '${match[1]} ${match[2]}'`;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : `TO_TIMESTAMP_LTZ(${ms}, 3)`;
}

/** Undefined where there is none. A line break ends a comment that a condition may end with. */
export function allOf(conditions: readonly (string | null)[]): string | undefined {
  const given = conditions.filter((condition) => condition !== null && condition !== "");
  if (given.length === 0) return undefined;
  return given.map((condition) => `(${condition}\n)`).join(" AND ");
}
