/**
 * The tree as SQL again. What is printed parses to the same tree; parentheses stand only where the binding
 * powers need them, so that long chains stay as flat as they were written.
 */
import type {
  CreateTable,
  Expression,
  Identifier,
  SelectItem,
  SelectQuery,
  Statement,
  TableOption,
  TableReference,
  TypeName,
} from "./ast.ts";
import { isReserved } from "./keywords.ts";
import { binaryPower, bindingPower } from "./parse-expression.ts";

export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case "CreateTable":
      return printCreateTable(statement);
    case "CreateMaterializedView": {
      const options = printOptions(statement.options);
      const query = printQuery(statement.query);
      return `CREATE MATERIALIZED VIEW ${printName(statement.name)}${options} AS ${query}`;
    }
    case "InsertInto":
      return `INSERT INTO ${printName(statement.target)} ${printQuery(statement.query)}`;
    case "SelectStatement":
      return printQuery(statement.query);
  }
}

function printQuery(query: SelectQuery): string {
  const where = query.where === undefined ? "" : ` WHERE ${printExpression(query.where)}`;
  const keys = query.groupBy.map((key) => printExpression(key)).join(", ");
  const items = query.items.map(printItem).join(", ");
  return `SELECT ${items} FROM ${printTable(query.from)}${where}${keys === "" ? "" : ` GROUP BY ${keys}`}`;
}

/** `outer` is the power with which the surroundings pull: a weaker expression is put in parentheses. */
export function printExpression(expression: Expression, outer = 0): string {
  const text = printBare(expression);
  return powerOf(expression) > outer ? text : `(${text})`;
}

function printType(type: TypeName): string {
  const children = type.children.map((child) =>
    child.name === undefined ? printType(child.type) : `${printName(child.name)} ${printType(child.type)}`,
  );
  const inner = children.length > 0 ? `<${children.join(", ")}>` : "";
  const numbers = type.arguments.length > 0 ? `(${type.arguments.join(", ")})` : "";
  return `${type.name}${numbers}${inner}${type.notNull ? " NOT NULL" : ""}`;
}

function printCreateTable(table: CreateTable): string {
  const parts = table.columns.map((column) =>
    column.content.kind === "Physical"
      ? `${printName(column.name)} ${printType(column.content.type)}`
      : `${printName(column.name)} AS ${printExpression(column.content.expression)}`,
  );
  if (table.watermark !== undefined) {
    const { column, expression } = table.watermark;
    parts.push(`WATERMARK FOR ${printName(column)} AS ${printExpression(expression)}`);
  }
  if (table.primaryKey !== undefined) {
    parts.push(`PRIMARY KEY (${table.primaryKey.columns.map(printName).join(", ")}) NOT ENFORCED`);
  }
  const exists = table.ifNotExists ? "IF NOT EXISTS " : "";
  return `CREATE TABLE ${exists}${printName(table.name)} (${parts.join(", ")})${printOptions(table.options)}`;
}

function printOptions(options: readonly TableOption[]): string {
  if (options.length === 0) return "";
  return ` WITH (${options.map(({ key, value }) => `${quoted(key)} = ${quoted(value)}`).join(", ")})`;
}

function printItem(item: SelectItem): string {
  if (item.kind === "SelectStar")
    return item.qualifier === undefined ? "*" : `${printName(item.qualifier)}.*`;
  const alias = item.alias === undefined ? "" : ` AS ${printName(item.alias)}`;
  return `${printExpression(item.expression)}${alias}`;
}

function printTable(table: TableReference): string {
  const alias = table.alias === undefined ? "" : ` AS ${printName(table.alias)}`;
  if (table.kind === "NamedTable") return `${printName(table.name)}${alias}`;
  const named = table.arguments.some((argument) => argument.name !== undefined);
  const values = table.arguments.map(({ name, value }) =>
    name === undefined ? printExpression(value) : `${printPlain(name)} => ${printExpression(value)}`,
  );
  const first = [`TABLE ${printName(table.table)}`, `DESCRIPTOR(${printName(table.timeColumn)})`];
  const inputs = named ? [`DATA => ${first[0]}`, `TIMECOL => ${first[1]}`] : first;
  return `TABLE(${printName(table.functionName)}(${[...inputs, ...values].join(", ")}))${alias}`;
}

/** Quoted where it was, or where it could not be read back otherwise. */
function printName(name: Identifier): string {
  return name.quoted || isReserved(name.name) ? printQuoted(name) : name.name;
}

/** Functions and arguments may be reserved words. */
function printPlain(name: Identifier): string {
  return name.quoted ? printQuoted(name) : name.name;
}

function printQuoted(name: Identifier): string {
  return `\`${name.name.replaceAll("`", "``")}\``;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function powerOf(expression: Expression): number {
  switch (expression.kind) {
    case "BinaryExpression":
      return binaryPower(expression.operator);
    case "UnaryExpression":
      return expression.operator === "NOT" ? bindingPower.NOT : bindingPower.sign;
    case "IsPredicate":
      return bindingPower.IS;
    case "BetweenPredicate":
    case "InListPredicate":
    case "LikePredicate":
      return bindingPower.predicate;
    default:
      return Infinity;
  }
}

function printBare(expression: Expression): string {
  switch (expression.kind) {
    case "ColumnReference":
      return expression.path.map(printName).join(".");
    case "NumberLiteral":
      return expression.text;
    case "StringLiteral":
      return quoted(expression.value);
    case "BooleanLiteral":
      return expression.value ? "TRUE" : "FALSE";
    case "NullLiteral":
      return "NULL";
    case "IntervalLiteral": {
      const to = expression.to === undefined ? "" : ` TO ${expression.to}`;
      return `INTERVAL ${expression.negative ? "-" : ""}${quoted(expression.value)} ${expression.from}${to}`;
    }
    case "TemporalLiteral":
      return `${expression.type} ${quoted(expression.value)}`;
    case "CaseExpression":
      return printCase(expression);
    case "CastExpression": {
      const operand = printExpression(expression.operand);
      return `${expression.safe ? "TRY_CAST" : "CAST"}(${operand} AS ${printType(expression.type)})`;
    }
    case "FunctionCall":
      return printCall(expression);
    default:
      return printOperator(expression);
  }
}

type OperatorExpression = Extract<
  Expression,
  {
    kind:
      | "BinaryExpression"
      | "UnaryExpression"
      | "IsPredicate"
      | "BetweenPredicate"
      | "InListPredicate"
      | "LikePredicate";
  }
>;

function printOperator(expression: OperatorExpression): string {
  const power = powerOf(expression);
  if (expression.kind === "BinaryExpression") {
    // Chains lean left: the left side may be as weak as the operator, the right side must be stronger.
    const left = printExpression(expression.left, power - 1);
    return `${left} ${expression.operator} ${printExpression(expression.right, power)}`;
  }
  if (expression.kind === "UnaryExpression") {
    const operand = printExpression(expression.operand, power - 1);
    // Two minus signs in a row would begin a comment.
    const space = expression.operator === "NOT" || operand.startsWith("-") ? " " : "";
    return `${expression.operator}${space}${operand}`;
  }
  const operand = printExpression(expression.operand, power - 1);
  const not = expression.negated ? "NOT " : "";
  switch (expression.kind) {
    case "IsPredicate":
      return `${operand} IS ${not}${expression.test}`;
    case "BetweenPredicate": {
      const low = printExpression(expression.low, power);
      return `${operand} ${not}BETWEEN ${low} AND ${printExpression(expression.high, power)}`;
    }
    case "InListPredicate":
      return `${operand} ${not}IN (${expression.items.map((item) => printExpression(item)).join(", ")})`;
    case "LikePredicate": {
      const mark =
        expression.escape === undefined ? "" : ` ESCAPE ${printExpression(expression.escape, power)}`;
      return `${operand} ${not}LIKE ${printExpression(expression.pattern, power)}${mark}`;
    }
  }
}

function printCase(expression: Extract<Expression, { kind: "CaseExpression" }>): string {
  const operand = expression.operand === undefined ? "" : ` ${printExpression(expression.operand)}`;
  const branches = expression.branches
    .map(({ when, then }) => ` WHEN ${printExpression(when)} THEN ${printExpression(then)}`)
    .join("");
  const otherwise =
    expression.otherwise === undefined ? "" : ` ELSE ${printExpression(expression.otherwise)}`;
  return `CASE${operand}${branches}${otherwise} END`;
}

function printCall(call: Extract<Expression, { kind: "FunctionCall" }>): string {
  const values = call.star ? "*" : call.arguments.map((argument) => printExpression(argument)).join(", ");
  const filter = call.filter === undefined ? "" : ` FILTER (WHERE ${printExpression(call.filter)})`;
  return `${printPlain(call.name)}(${call.distinct ? "DISTINCT " : ""}${values})${filter}`;
}
