/** Where DuckDB says that a mistake is: a line that it shows, and a caret under it. */

/** In bytes from the beginning of the text; undefined where it does not say. */
export function errorPosition(message: string, sql: string): number | undefined {
  const found = /^LINE (\d+): (.*)\n( *)\^/m.exec(message);
  if (found === null) return undefined;
  const [, number, shown, spaces] = found as unknown as readonly [string, string, string, string];
  const lines = sql.split("\n");
  const line = lines[Number(number) - 1] ?? "";
  // Of a long line it shows a part, with dots where it goes on.
  const part = shown.replace(/^\.\.\./, "").replace(/\.\.\.$/, "");
  const begin = line.indexOf(part);
  if (begin < 0) return undefined;
  const column = spaces.length - `LINE ${number}: `.length - (shown.startsWith("...") ? 3 : 0);
  const before = lines
    .slice(0, Number(number) - 1)
    .map((each) => `${each}\n`)
    .join("");
  return Buffer.byteLength(`${before}${line.slice(0, begin + column)}`);
}
