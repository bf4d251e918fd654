/** SHOW and DESCRIBE: what there is, and how one table is made. */
import type { DescribeStatement, ShowStatement, ShowSubject } from "./ast.ts";
import { parseQualifiedName } from "./parse-name.ts";
import type { TokenCursor } from "./token-cursor.ts";

const lists: readonly ShowSubject[] = ["TABLES", "VIEWS", "MATERIALIZED VIEWS", "FUNCTIONS"];
const definitions: readonly ShowSubject[] = ["CREATE TABLE", "CREATE VIEW", "CREATE MATERIALIZED VIEW"];
/** What Flink shows besides. */
const laterSubjects: readonly string[] = [
  "CATALOGS",
  "CONNECTIONS",
  "CREATE",
  "CURRENT",
  "DATABASES",
  "FULL",
  "JARS",
  "JOBS",
  "MODELS",
  "MODULES",
  "PARTITIONS",
  "PROCEDURES",
  "USER",
];

export function parseShow(cursor: TokenCursor): ShowStatement {
  const start = cursor.expectWord("SHOW");
  const subject = parseSubject(cursor);
  const name = lists.includes(subject) ? undefined : parseQualifiedName(cursor, "a table");
  if (name === undefined && (cursor.isWord("FROM") || cursor.isWord("IN"))) {
    throw cursor.notSupported(`SHOW ${subject} of a database`);
  }
  const like = definitions.includes(subject) ? undefined : parseLike(cursor);
  return { kind: "Show", subject, name, like, position: cursor.positionFrom(start.offset) };
}

function parseSubject(cursor: TokenCursor): ShowSubject {
  const isSubject = (words: string): boolean => cursor.acceptWords(...words.split(" "));
  const subject = [...lists, ...definitions].find(isSubject);
  if (subject !== undefined) return subject;
  if (cursor.acceptWord("COLUMNS")) {
    if (!cursor.acceptWord("FROM") && !cursor.acceptWord("IN")) throw cursor.unexpected("FROM");
    return "COLUMNS";
  }
  const later = laterSubjects.find((word) => cursor.isWord(word));
  if (later !== undefined) throw cursor.notSupported(`SHOW ${later}`);
  throw cursor.unexpected("TABLES, VIEWS, MATERIALIZED VIEWS, FUNCTIONS, COLUMNS or CREATE");
}

function parseLike(cursor: TokenCursor): ShowStatement["like"] {
  const negated = cursor.isWord("NOT") && cursor.isWord("LIKE", 1);
  if (negated) cursor.next();
  if (!cursor.acceptWord("LIKE")) return undefined;
  return { pattern: cursor.expectString("a pattern between single quotes").text, negated };
}

const laterThings: readonly string[] = ["CATALOG", "CONNECTION", "DATABASE", "FUNCTION", "JOB", "MODEL"];

export function parseDescribe(cursor: TokenCursor): DescribeStatement {
  const start = cursor.next();
  const later = laterThings.find((word) => cursor.isWord(word) && !cursor.isStatementEnd(1));
  if (later !== undefined) throw cursor.notSupported(`DESCRIBE ${later}`);
  const extended = cursor.acceptWord("EXTENDED");
  const name = parseQualifiedName(cursor, "a table");
  return { kind: "Describe", name, extended, position: cursor.positionFrom(start.offset) };
}
