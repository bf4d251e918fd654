/** Has DuckDB bind what events of a project are told by, over streams without rows: history itself is not asked. */
import { DuckDBInstance } from "@duckdb/node-api";
import { QuickwaterError } from "../errors/quickwater-error.ts";
import { formatError } from "../errors/source-text.ts";
import { rowsOfOne } from "../history/analyses/analysed-event.ts";
import { duckType, quoted } from "../history/duck/duck-type.ts";
import { runHistoryQuery } from "../history/history-query.ts";
import { StreamColumns } from "../history/stream-columns.ts";
import type { EventFile } from "../project/analysis-file.ts";
import type { CheckedProject } from "./checked-project.ts";

const limits = { runMsMax: 10_000, rowsMax: 10, answerBytesMax: 10_000 };

/** Each mistake as a person reads it. */
export async function mistakesOfConditions({
  project,
  catalog,
  analyses,
}: CheckedProject): Promise<readonly string[]> {
  if (analyses.events.size === 0) return [];
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  try {
    const connection = await instance.connect();
    const relations = [...new Set([...analyses.events.values()].map(({ stream }) => stream))];
    for (const stream of relations) {
      const { schema } = new StreamColumns(catalog.table(stream)!, project.settings.timeZone ?? "UTC");
      const columns = schema.columns.map(({ name, type }) => `${quoted(name)} ${duckType(type)}`);
      const places = ["_step BIGINT", "_row INTEGER", "_at TIMESTAMPTZ"];
      await connection.run(`CREATE TABLE ${quoted(stream)} (${[...columns, ...places].join(", ")})`);
    }
    connection.closeSync();
    const mistakes: string[] = [];
    const bind = async (sql: string, refused: (reason: string) => QuickwaterError) => {
      try {
        await runHistoryQuery({ sql, limits }, { connect: () => instance.connect(), relations, position: 0 });
      } catch (error) {
        if (!(error instanceof QuickwaterError)) throw error;
        mistakes.push(formatError(refused(String(error.params.reason ?? error.message)), ""));
      }
    };
    for (const file of project.events) await bindEvent(file);
    return mistakes;

    async function bindEvent(file: EventFile): Promise<void> {
      const event = analyses.events.get(file.name);
      if (event === undefined) return;
      const to = "TIMESTAMPTZ '2000-01-01'";
      const { written } = file;
      const refuse = (reason: string) => written.member("where").refuse(`a condition of DuckDB (${reason})`);
      await bind(rowsOfOne(event, { to }), refuse);
      for (const [name, sql] of event.properties) {
        const at = written.member("properties").member(name);
        const plain = { ...event, where: undefined };
        await bind(rowsOfOne(plain, { to }, [{ name: "told_", sql: `(${sql}\n)` }]), (reason) =>
          at.refuse(`an expression of DuckDB (${reason})`),
        );
      }
    }
  } finally {
    instance.closeSync();
  }
}
