import { expect, test } from "vitest";
import { MemoryFiles } from "./memory-files.ts";

test("what was written is read, however much it grows within one write", () => {
  const files = new MemoryFiles();
  const file = files.open("/f/a", "create");
  const pieces = Array.from({ length: 50 }, (_, place) => new Uint8Array(7_001).fill(place));
  file.write(pieces.slice(0, 2), 0);
  file.write(pieces.slice(2), file.size());
  const read = new Uint8Array(file.size() + 10);
  expect(files.open("/f/a", "read").read(read, 0)).toBe(50 * 7_001);
  expect(Buffer.concat([...pieces, new Uint8Array(10)]).equals(read)).toBe(true);
  expect(file.read(read, file.size() + 1)).toBe(0);
});

test("files have names, which change", () => {
  const files = new MemoryFiles();
  files.open("/f/a", "create").write([Uint8Array.of(1)], 0);
  expect(() => files.open("/f/a", "create")).toThrow("/f/a is there");
  files.rename("/f/a", "/f/b");
  expect(files.list("/f")).toEqual(["b"]);
  expect(files.open("/f/b", "read").size()).toBe(1);
  files.remove("/f/b");
  expect([files.exists("/f/b"), files.list("/f")]).toEqual([false, []]);
  expect(() => files.open("/f/b", "write")).toThrow("/f/b is not there");
});
