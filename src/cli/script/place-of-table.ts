/** Where a statement names a table; the statement itself where it reads the table through a view. */
import type { SourcePosition } from "../../errors/quickwater-error.ts";
import type { QualifiedName, Query, QueryBody, Statement, TableReference } from "../../sql/parse/ast.ts";

export function placeOfTable(statement: Statement, table: string): SourcePosition {
  const names = "query" in statement ? namesInQuery(statement.query) : [];
  return names.find(({ parts }) => parts.at(-1)!.name === table)?.position ?? statement.position;
}

function namesInQuery(query: Query): readonly QualifiedName[] {
  return [...query.with.flatMap((common) => namesInQuery(common.query)), ...namesInBody(query.body)];
}

function namesInBody(body: QueryBody): readonly QualifiedName[] {
  switch (body.kind) {
    case "Query":
      return namesInQuery(body);
    case "SetOperation":
      return [...namesInBody(body.left), ...namesInBody(body.right)];
    case "SelectQuery":
      return body.from === undefined ? [] : namesInTable(body.from);
    case "ValuesQuery":
      return [];
  }
}

function namesInTable(table: TableReference): readonly QualifiedName[] {
  switch (table.kind) {
    case "NamedTable":
      return [table.name];
    case "DerivedTable":
      return namesInQuery(table.query);
    case "WindowTable": {
      const input = table.input.table;
      return input.kind === "Query" ? namesInQuery(input) : [input];
    }
    case "Join":
      return [...namesInTable(table.left), ...namesInTable(table.right)];
    case "LateralTable":
      return namesInTable(table.table);
    default:
      return [];
  }
}
