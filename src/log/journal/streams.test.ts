import { describe, expect, test } from "vitest";
import { folder } from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { tableOf } from "../../../test/support/table-of.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import { JournalWriter } from "./journal-writer.ts";

function refusal(work: () => unknown): { code: string; params: QuickwaterError["params"] } {
  try {
    work();
  } catch (error) {
    if (error instanceof QuickwaterError) return { code: error.code, params: error.params };
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a table that is declared again", () => {
  const declare = (...statements: string[]) => {
    const files = new LossyFileLayer();
    const writer = new JournalWriter(files, folder, () => 1);
    return statements.map((statement) => writer.declare(tableOf(statement)));
  };
  const columns = (list: string, options = "") => `CREATE TABLE t (${list})${options}`;

  test("keeps its number, and its version where nothing changed", () => {
    const [first, same] = declare(columns("a INT"), columns("a   INT  "));
    expect(same).toMatchObject({ streamId: first!.streamId, schemaVersion: 1 });
  });

  test("may get nullable columns, lose columns and lose a NOT NULL", () => {
    const [, wider, fewer] = declare(
      columns("a INT NOT NULL"),
      columns("a INT, b STRING"),
      columns("b STRING"),
    );
    expect([wider?.schemaVersion, fewer?.schemaVersion]).toEqual([2, 3]);
    expect([wider?.streamId, fewer?.streamId]).toEqual([1, 1]);
  });

  test.each([
    ["a type that changes", columns("a INT"), columns("a STRING"), "a was INT and is STRING"],
    [
      "a column made NOT NULL",
      columns("a INT"),
      columns("a INT NOT NULL"),
      "a is NOT NULL now, earlier rows may hold NULL",
    ],
    [
      "a new NOT NULL column",
      columns("a INT"),
      columns("a INT, b INT NOT NULL"),
      "b is new and NOT NULL, earlier rows do not have it",
    ],
    [
      "another event time",
      columns("a TIMESTAMP(3), b TIMESTAMP(3), WATERMARK FOR a AS a"),
      columns("a TIMESTAMP(3), b TIMESTAMP(3), WATERMARK FOR b AS b"),
      "its event time is another column",
    ],
  ])("is refused with %s", (_, before, after, change) => {
    expect(refusal(() => declare(before, after))).toEqual({
      code: "run.schema-changed",
      params: { table: "t", change },
    });
  });
});
