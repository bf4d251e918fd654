/** What Quickwater says to the same statements, in the words of Flink's answers. */
import { QuickwaterError } from "../../src/errors/quickwater-error.ts";
import { formatType } from "../../src/values/sql-type.ts";
import { cellOf, SltWorld } from "../sql/slt-runner.ts";
import type { AskedStatement } from "./questions.ts";

/** The lines of an answer; a refusal has the code of its error: `refused: sql.cast-failed`. */
export async function ourAnswer({ sql, tables, question }: AskedStatement): Promise<string[]> {
  const world = new SltWorld({ mode: "compiled", chunkRows: 1024 });
  try {
    for (const table of tables) world.bind(table);
    const given = Object.entries(question.rows).flatMap(([table, lines]) =>
      lines.map(([turn, kind, json, appendTimeMs]) => ({
        table,
        turn,
        line: `${kind} ${json}`,
        appendTimeMs,
      })),
    );
    for (const { table, line, appendTimeMs } of given.sort((one, other) => one.turn - other.turn)) {
      if (appendTimeMs !== undefined) world.setClock(new Date(appendTimeMs).toISOString());
      world.addRows(table, [line]);
    }
    if (!question.run) {
      // A refusal is judged as in a project, whose streams never end.
      world.bind(sql, false);
      return ["accepted"];
    }
    const { schema, rows } = await world.query(sql);
    if (schema.columns.length === 0) return ["accepted"];
    const columns = schema.columns.map(({ name, type }) => {
      const attribute = "attribute" in type ? type.attribute : undefined;
      return `${name} ${formatType(type)}${attribute === undefined ? "" : ` *${attribute.toUpperCase()}*`}`;
    });
    const shown = rows.map(({ kind, values }) =>
      [kind, ...values.map((value, index) => cellOf(value, schema, index))].join(" | "),
    );
    return [`columns: ${columns.join(" | ")}`, ...shown];
  } catch (error) {
    if (!(error instanceof QuickwaterError)) throw error;
    return [`refused: ${error.code}`];
  }
}

/**
 * How the two differ, or undefined where they agree. Both may refuse in their own words; rows are compared
 * in any order, since Flink's is that of hashes, unless the statement orders them; what is not there yet is
 * no divergence, nor is a rule of CREATE MATERIALIZED VIEW, of which Flink has seen the query only.
 */
export function differenceOf(
  sql: string,
  ours: readonly string[],
  flinks: readonly string[],
): string | undefined {
  const [weRefuse, flinkRefuses] = [ours, flinks].map(([first]) => first!.startsWith("refused: "));
  if (weRefuse && flinkRefuses) return undefined;
  if (ours[0] === "refused: sql.not-supported-yet") return undefined;
  if (weRefuse && /^\s*CREATE\s+MATERIALIZED\s+VIEW/i.test(sql)) return undefined;
  const isOrdered = /\bORDER\s+BY\b[^()]*$/i.test(sql);
  const [shown, expected] = [ours, flinks].map(([head, ...rows]) => {
    return [withDistinctNames(head!), ...(isOrdered ? rows : rows.sort())].join("\n");
  });
  return shown === expected ? undefined : `ours is\n${shown}\nFlink's is\n${expected}`;
}

/** The same of the rows that stay, whatever changes were told on the way to them. */
export function differenceAtTheEnd(ours: readonly string[], flinks: readonly string[]): string | undefined {
  const [shown, expected] = [ours, flinks].map(([head, ...rows]) => {
    return [withDistinctNames(head!), ...rowsThatStay(rows)].join("\n");
  });
  return shown === expected ? undefined : `in the end ours is\n${shown}\nFlink's is\n${expected}`;
}

function rowsThatStay(changes: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const change of changes) {
    const [kind, row] = [change.slice(0, 2), change.slice(2)];
    counts.set(row, (counts.get(row) ?? 0) + (kind.startsWith("+") ? 1 : -1));
  }
  return [...counts].flatMap(([row, count]) => (count === 0 ? [] : [`${count}${row}`])).sort();
}

/** A result column whose name is taken gets a number, when Flink hands out the rows. */
function withDistinctNames(head: string): string {
  const prefix = "columns: ";
  if (!head.startsWith(prefix)) return head;
  const taken = new Set<string>();
  const columns = head.slice(prefix.length).split(" | ");
  const renamed = columns.map((column) => {
    const [, name, type] = /^(.*?)( .*)$/s.exec(column)!;
    let distinct = name!;
    for (let number = 0; taken.has(distinct); number++) distinct = `${name}${number}`;
    taken.add(distinct);
    return `${distinct}${type}`;
  });
  return prefix + renamed.join(" | ");
}
