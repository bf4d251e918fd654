/** What a join does and keeps, as EXPLAIN tells it. */
import type { Join, JoinMethod } from "../plan/logical-plan.ts";
import { namesOf } from "./column-names.ts";
import { durationText } from "./duration-text.ts";
import { expressionText } from "./expression-text.ts";
import type { NodeText } from "./node-text.ts";

const words: Readonly<Record<JoinMethod["kind"], string>> = {
  regular: "JOIN",
  interval: "INTERVAL JOIN",
  window: "WINDOW JOIN",
  temporal: "JOIN FOR SYSTEM_TIME AS OF",
  lookup: "JOIN FOR SYSTEM_TIME AS OF PROCTIME",
};

export function joinText(node: Join): NodeText {
  const { type, method, predicate } = node;
  const [left, right] = [namesOf(node.left), namesOf(node.right)];
  const asked = [
    ...node.keys.map((key) => `${left[key.left]!} = ${right[key.right]!}`),
    ...timesText(method, left, right),
    ...(predicate === undefined ? [] : [expressionText(predicate, [...left, ...right])]),
  ];
  const word = type === "INNER" ? words[method.kind] : `${type} ${words[method.kind]}`;
  return {
    word,
    does: asked.length === 0 ? "each row with each" : asked.join(" AND "),
    keeps: keptText(node),
  };
}

function timesText(method: JoinMethod, left: readonly string[], right: readonly string[]): readonly string[] {
  switch (method.kind) {
    case "regular":
    case "window":
      return [];
    case "interval": {
      const time = left[method.leftTime]!;
      const bounds = [method.lowerMs, method.upperMs].map((ms) => movedText(time, ms));
      return [`${right[method.rightTime]!} BETWEEN ${bounds.join(" AND ")}`];
    }
    case "temporal":
      return [`the version of ${left[method.leftTime]!}`];
    case "lookup":
      return ["the row that is there"];
  }
}

function movedText(time: string, ms: number): string {
  if (ms === 0) return time;
  return `${time} ${ms < 0 ? "-" : "+"} ${durationText(Math.abs(ms))}`;
}

function keptText({ method, retentionMs }: Join): string {
  switch (method.kind) {
    case "regular":
      return retentionMs === undefined
        ? "every row of both sides; unbounded: it needs inputs that end"
        : `every row of both sides for ${durationText(retentionMs)}`;
    case "interval": {
      const [left, right] = [Math.max(0, method.upperMs), Math.max(0, -method.lowerMs)].map(durationText);
      return `rows of the left for ${left} and of the right for ${right}; freed as the watermark moves on`;
    }
    case "window":
      return "the rows of open windows; freed when the watermark has passed the window's end";
    case "temporal":
      return "rows that wait for the watermark; of each key the version that it has reached and later ones";
    case "lookup":
      return "of the right the present row of each key";
  }
}
