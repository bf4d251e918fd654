/** What can be wrong with a statement. Each sentence names the rule; the hint says what would satisfy it. */
export const sqlErrors = {
  // Reading
  "sql.syntax": { status: 400, template: "Expected {expected}, found {found}.", hint: "" },
  "sql.unexpected-character": {
    status: 400,
    template: "{character} has no meaning in Flink SQL.",
    hint: "Names are quoted with backquotes, texts with single quotes.",
  },
  "sql.unterminated": {
    status: 400,
    template: "The {what} that begins here has no end.",
    hint: "Close it with {closing}.",
  },
  "sql.reserved-word": {
    status: 400,
    template: "{word} is a reserved word of Flink SQL and no name.",
    hint: "Put it between backquotes: `{word}`.",
  },
  "sql.misplaced-hint": {
    status: 400,
    template: "A hint /*+ … */ cannot stand here.",
    hint: "It stands behind SELECT, or behind the name of a table in FROM.",
  },
  "sql.not-supported-yet": {
    status: 400,
    template: "{feature} is not supported yet.",
    hint: "{instead}",
  },
  "sql.not-flink": {
    status: 400,
    template: "{rule}.",
    hint: "{instead}",
  },
  "sql.too-deep": {
    status: 400,
    template: "The statement is nested deeper than {limit} levels or chains too many operators.",
    hint: "Split it into several views.",
  },
  "sql.too-long": {
    status: 400,
    template: "The statements have {length} characters, the limit is {limit}.",
    hint: "Split the script into several files.",
  },

  // Tables
  "sql.duplicate-name": {
    status: 400,
    template: "There is already a table or view {name}.",
    hint: "Choose another name, or write CREATE TABLE IF NOT EXISTS.",
  },
  "sql.nothing-to-drop": {
    status: 400,
    template: "There is no {object} {name} that could be dropped.",
    hint: "DROP names what it drops: TABLE, VIEW or MATERIALIZED VIEW; with IF EXISTS nothing need be there.",
  },
  "sql.still-read": {
    status: 400,
    template: "{name} cannot be dropped: {view} reads it.",
    hint: "Drop {view} first.",
  },
  "sql.bad-name": {
    status: 400,
    template: "The name {name} cannot be used: {reason}.",
    hint: "",
  },
  "sql.duplicate-column": {
    status: 400,
    template: "The column {column} is there twice.",
    hint: "Give one of them another name.",
  },
  "sql.unknown-type": { status: 400, template: "There is no type {type}.", hint: "" },
  "sql.bad-type": { status: 400, template: "{type} is not a type: {reason}.", hint: "" },
  "sql.timestamp-precision": {
    status: 400,
    template: "{type} is finer than microseconds, which are kept at most.",
    hint: "Declare a precision of 0 to 6.",
  },
  "sql.watermark-type": {
    status: 400,
    template:
      "The watermark column {column} is {type}; it must be TIMESTAMP or TIMESTAMP_LTZ of precision 0 to 3.",
    hint: "Declare {column} as TIMESTAMP(3) or TIMESTAMP_LTZ(3).",
  },
  "sql.watermark-expression": {
    status: 400,
    template: "The watermark must be the column itself or the column less a constant interval.",
    hint: "Write WATERMARK FOR {column} AS {column} - INTERVAL '5' SECOND.",
  },
  "sql.primary-key-enforced": {
    status: 400,
    template: "A primary key of a stream is not enforced: the rows come from outside.",
    hint: "Write PRIMARY KEY (…) NOT ENFORCED.",
  },
  "sql.no-columns": {
    status: 400,
    template: "The table {table} has no columns.",
    hint: "Declare at least one.",
  },
  "sql.unknown-option": {
    status: 400,
    template: "There is no option '{option}' for {owner}.",
    hint: "It has: {known}.",
  },
  "sql.bad-option": {
    status: 400,
    template: "The option '{option}' must be {expected}, this is '{found}'.",
    hint: "",
  },
  "sql.missing-option": {
    status: 400,
    template: "{owner} needs the option '{option}'.",
    hint: "{description}",
  },
  "sql.duplicate-option": {
    status: 400,
    template: "The option '{option}' is there twice.",
    hint: "Keep one.",
  },
  "sql.connector-direction": {
    status: 400,
    template: "{table} cannot be {done}: the connector '{connector}' does not do that.",
    hint: "{instead}",
  },
  "sql.unknown-connector": {
    status: 400,
    template: "There is no connector '{connector}'.",
    hint: "There are: {known}. A table without a connector is a stream of this deployment's own log.",
  },
  "sql.unknown-metadata": {
    status: 400,
    template: "There is no metadata '{key}' of {of}.",
    hint: "There is: {known}.",
  },

  // Names and types in queries
  "sql.unknown-table": {
    status: 400,
    template: "There is no table {table}.",
    hint: "Create it before this statement.",
  },
  "sql.unknown-column": {
    status: 400,
    template: "There is no column {column} in {table}.",
    hint: "{table} has: {known}.",
  },
  "sql.ambiguous-column": {
    status: 400,
    template: "The column {column} is in the input more than once.",
    hint: "Say which one is meant with its table's name before it, or give columns other names.",
  },
  "sql.unknown-field": {
    status: 400,
    template: "{column} is {type} and has no field {field}.",
    hint: "",
  },
  "sql.unknown-function": { status: 400, template: "There is no function {function}.", hint: "" },
  "sql.unknown-parameter": {
    status: 400,
    template: "There is no parameter {parameter}.",
    hint: "An endpoint's file lists its parameters.",
  },
  "sql.wrong-arguments": {
    status: 400,
    template: "{function} cannot be applied to ({found}).",
    hint: "It takes {expected}.",
  },
  "sql.incomparable": {
    status: 400,
    template:
      "{left} {operator} {right}: values of these types are not compared, and nothing is converted silently.",
    hint: "CAST one side to the type of the other.",
  },
  "sql.no-common-type": {
    status: 400,
    template: "The {what} have no common type: {types}.",
    hint: "CAST them to one type.",
  },
  "sql.untyped-null": {
    status: 400,
    template: "NULL has no type here.",
    hint: "Give it one: CAST(NULL AS STRING).",
  },
  "sql.not-boolean": {
    status: 400,
    template: "{place} must be BOOLEAN, this is {type}.",
    hint: "Write a comparison, for instance x <> 0.",
  },
  "sql.bad-literal": { status: 400, template: "{text} is not {expected}.", hint: "" },
  "sql.bad-cast": { status: 400, template: "{from} cannot be cast to {to}.", hint: "" },

  // Queries
  "sql.window-time-column": {
    status: 400,
    template: "The window needs a time attribute; {column} is {type}.",
    hint: "Declare WATERMARK FOR {column} AS {column} - INTERVAL '5' SECOND on the table.",
  },
  "sql.window-over-updates": {
    status: 400,
    template: "{what} takes rows that stay, and in these windows rows change later.",
    hint: "Aggregate the windows first, or read from a query that only adds rows.",
  },
  "sql.column-names": {
    status: 400,
    template: "{found} names are given for {expected} columns.",
    hint: "Name every column, or none.",
  },
  "sql.unknown-window": {
    status: 400,
    template: "There is no window {window} in this SELECT.",
    hint: "Name it behind FROM and WHERE: WINDOW {window} AS (ORDER BY …).",
  },
  "sql.subquery-columns": {
    status: 400,
    template: "The sub-query has {found} columns.",
    hint: "It needs one: the value that it is, or that IN looks for.",
  },
  "sql.union-columns": {
    status: 400,
    template: "The queries of {operator} have {left} and {right} columns.",
    hint: "Both need the same columns, in the same order.",
  },
  "sql.values-columns": {
    status: 400,
    template: "The rows of VALUES have {left} and {right} columns.",
    hint: "Each row needs the same columns, in the same order.",
  },
  "sql.union-type": {
    status: 400,
    template: "In {operator} the column {column} is {left} in one query and {right} in the other.",
    hint: "Write a CAST in one of them.",
  },
  "sql.window-arguments": { status: 400, template: "{function}: {reason}.", hint: "{usage}" },
  "sql.unbounded-state": {
    status: 400,
    template: "{what} never ends: {reason}, so that its state would grow without bound.",
    hint: "{instead}; over files, `quickwater run` needs no bound.",
  },
  "sql.not-a-key": {
    status: 400,
    template: "{expression} is no grouping key.",
    hint: "GROUPING and GROUPING_ID take what GROUP BY names.",
  },
  "sql.too-many-sets": {
    status: 400,
    template: "GROUP BY makes more than {limit} grouping sets.",
    hint: "Name the sets that are needed with GROUPING SETS.",
  },
  "sql.not-grouped": {
    status: 400,
    template: "{expression} is neither a grouping key nor inside an aggregate.",
    hint: "Add it to GROUP BY, or aggregate it.",
  },
  "sql.misplaced-aggregate": {
    status: 400,
    template: "The aggregate {function} cannot stand in {place}.",
    hint: "{instead}",
  },
  "sql.view-needs-key": {
    status: 400,
    template: "The view {view} has nothing that tells its rows apart.",
    hint: "Group it: the grouping columns are its key. Of a Top-N select the row number.",
  },
  "sql.view-key": {
    status: 400,
    template: "The view {view} leaves out {missing}, without which its rows cannot be told apart.",
    hint: "Add {missing} to the select list.",
  },
  "sql.column-without-name": {
    status: 400,
    template: "Column {position} of the view {view} is an expression without a name.",
    hint: "Name it with AS.",
  },
  "sql.sink-takes-no-changes": {
    status: 400,
    template: "The rows of this query change later, and {table} ('{connector}') only takes rows that stay.",
    hint: "Group by a window, whose rows are final, or write to a table that takes changes, as 'print' does.",
  },
  "sql.insert-into-itself": {
    status: 400,
    template: "{table} would be written from its own rows, without end.",
    hint: "Write to another table.",
  },
  "sql.insert-cycle": {
    status: 400,
    template: "{table} would be written from what is made of it: {path}.",
    hint: "Streams that queries write may not go round; write to another stream.",
  },
  "sql.insert-key": {
    status: 400,
    template: "The rows of this query change later, told apart by {found}; the stream {table} {has}.",
    hint: "Declare a PRIMARY KEY of these columns on {table}, or group by a window, whose rows are final.",
  },
  "sql.insert-time": {
    status: 400,
    template: "Column {column} orders {table}, and the query's value may be NULL.",
    hint: "Leave the NULLs out with COALESCE, or select a time that is never NULL.",
  },
  "sql.no-first-answer": {
    status: 400,
    template: "{table} takes first answers, and this query has none: its rows wait for the watermark.",
    hint: "OVER, joins by time and what waits for nothing answer at once; or leave 'emit' out.",
  },
  "sql.insert-late": {
    status: 400,
    template: "{table} holds the late rows of {streams}, those of this query are of others.",
    hint: "Make a materialized view of the query, which has late rows of its own, and insert from the view.",
  },
  "sql.insert-columns": {
    status: 400,
    template: "{table} has {expected} columns, the query gives {found}.",
    hint: "{table} has: {known}.",
  },
  "sql.insert-query-columns": {
    status: 400,
    template: "{found} columns of {table} are named, the query gives {given}.",
    hint: "Name a column for each that the query gives.",
  },
  "sql.insert-missing": {
    status: 400,
    template: "Column {column} of {table} is NOT NULL, and the list of columns leaves it out.",
    hint: "Name it, and give it a value.",
  },
  "sql.insert-type": {
    status: 400,
    template: "Column {column} of {table} is {expected}, the query gives {found}.",
    hint: "CAST it to {expected}.",
  },
  "sql.insert-null": {
    status: 400,
    template: "Column {column} of {table} is NOT NULL, the query's value may be NULL.",
    hint: "COALESCE it to a value, or leave the NULLs out with WHERE.",
  },

  // Running
  "sql.division-by-zero": {
    status: 400,
    template: "Division by zero, which for {type} has no result.",
    hint: "Guard the divisor: x / NULLIF(y, 0).",
  },
  "sql.cast-failed": {
    status: 400,
    template: "'{value}' cannot be cast to {type}.",
    hint: "TRY_CAST answers NULL instead.",
  },
  "sql.bad-argument": {
    status: 400,
    template: "{function}: {reason}.",
    hint: "",
  },
} as const;
