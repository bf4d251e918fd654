/** The text of an EXPLAIN in a script: its stages, or what Flink would be given, its tables before it. */

import { flinkScript } from "../../flink/flink-script.ts";
import { defaultServers, kafkaTables } from "../../flink/flink-tables.ts";
import { type BoundExplain, type BoundStatement, explainStatement } from "../../sql/analyze.ts";
import { explainedText } from "../../sql/explain/explain-plan.ts";

/** `before` are the statements that stand before it. */
export function explanation(explain: BoundExplain, before: readonly BoundStatement[]): string {
  if (!explain.written.forFlink) return explainedText(explainStatement(explain));
  const names = namesIn(explain.statement);
  const definitions = before.filter((statement) => names.has(nameOf(statement) ?? ""));
  return flinkScript([...definitions, explain.statement], kafkaTables(defaultServers)).trimEnd();
}

function namesIn(statement: BoundStatement): ReadonlySet<string> {
  switch (statement.kind) {
    case "StatementSet":
      return new Set(statement.inserts.flatMap((insert) => [...namesIn(insert)]));
    case "InsertInto":
      return new Set([...statement.reads, statement.target.name]);
    case "Select":
    case "CreateMaterializedView":
      return statement.reads;
    default:
      return new Set();
  }
}

/** Of a definition. */
function nameOf(statement: BoundStatement): string | undefined {
  switch (statement.kind) {
    case "CreateTable":
      return statement.table.name;
    case "CreateView":
      return statement.query.name;
    case "CreateMaterializedView":
      return statement.view.name;
    default:
      return undefined;
  }
}
