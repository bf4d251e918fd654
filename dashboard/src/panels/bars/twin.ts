import type { BarsPanel } from "../../../../src/serving/pages.ts";
import { exact } from "../../data/formatted.ts";
import { noName, sumOf } from "../../data/groups.ts";
import { levelWords } from "../../data/levels.ts";
import type { PanelInput, Twin } from "../panel-kind.ts";
import type { Bars } from "./shape.ts";

/** A column for each part of a bar, and for levels where there are some. */
export function barsTwin({ bars, parts }: Bars, { panel }: PanelInput<BarsPanel>): Twin {
  const { by, format, levels } = panel;
  const ofLevels = levels.length > 0;
  const headings = [
    ...by,
    ...parts.map(({ name }) => name ?? noName),
    "Value",
    ...(ofLevels ? ["Level"] : []),
  ];
  const rows = bars.map(({ names, lengths, value, level }) => {
    const ofPart = (part: number) => {
      const sum = sumOf(lengths.filter((length) => length.part === part).map((length) => length.value));
      return sum === undefined ? "" : exact(sum.value, format, sum.currency);
    };
    return [
      ...by.map((_, at) => (at < names.length ? (names[at] ?? noName) : "")),
      ...parts.map((_, part) => ofPart(part)),
      exact(value.value, format, value.currency),
      ...(ofLevels ? [level === undefined ? "" : levelWords(level)] : []),
    ];
  });
  return {
    headings,
    rows,
    markAt: (row, column) => {
      const { key, lengths } = bars[row]!;
      const part = column - by.length;
      if (part === parts.length) return [key];
      return lengths.some((length) => length.part === part) ? [key, part] : undefined;
    },
  };
}
