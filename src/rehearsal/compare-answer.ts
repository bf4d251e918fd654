/** What a scenario says of an answer, beside what was answered; what it does not say is not compared. */

import type { AppendAnswer } from "../log/event-log.ts";
import type { YamlValue } from "../project/yaml-file.ts";

const counts = ["accepted", "duplicates"] as const;
/** Of a row that was rejected: what HTTP answers. */
const rowParts = ["index", "code", "message"] as const;

/**
 * Lines that tell the differences. Rows that were rejected are one, unless the scenario says so: a mistake in
 * an event would be passed over in silence.
 */
export function compareAnswer(said: YamlValue | undefined, answer: AppendAnswer): readonly string[] {
  const members = said?.members(["accepted", "duplicates", "rejected"]);
  const lines: string[] = [];
  for (const name of counts) {
    const wanted = members?.get(name)?.wholeNumber(0, Number.MAX_SAFE_INTEGER);
    if (wanted !== undefined && wanted !== answer[name]) lines.push(`${name}: ${wanted} → ${answer[name]}`);
  }
  const rejected = members?.get("rejected")?.list() ?? [];
  for (let place = 0; place < Math.max(rejected.length, answer.rejected.length); place++) {
    const [wanted, actual] = [rejected[place], answer.rejected[place]];
    if (wanted === undefined) lines.push(`rejected, not expected: ${rejectedText(actual!, rowParts)}`);
    else if (actual === undefined) lines.push(`not rejected: ${wanted.json()}`);
    else {
      for (const [name, value] of wanted.members(rowParts)) {
        const is = actual[name as (typeof rowParts)[number]];
        if (value.value !== is) lines.push(`rejected[${place}].${name}: ${value.value} → ${is}`);
      }
    }
  }
  return lines;
}

/** The answer as a scenario writes it, with the parts that this one speaks of. */
export function answerText(said: YamlValue | undefined, answer: AppendAnswer): string {
  const members = said?.value === null ? undefined : said?.members();
  const isSaid = (name: string) => members === undefined || members.has(name);
  const parts = counts.filter(isSaid).map((name) => `${name}: ${answer[name]}`);
  if (isSaid("rejected") || answer.rejected.length > 0) {
    const named = new Set(
      (members?.get("rejected")?.list() ?? []).flatMap((row) => [...row.members().keys()]),
    );
    const names =
      named.size === 0 ? (["index", "code"] as const) : rowParts.filter((name) => named.has(name));
    const rows = answer.rejected.map((row) => rejectedText(row, names));
    parts.push(`rejected: [${rows.length === 0 ? "" : ` ${rows.join(", ")} `}]`);
  }
  return `{ ${parts.join(", ")} }`;
}

function rejectedText(
  row: AppendAnswer["rejected"][number],
  names: readonly (typeof rowParts)[number][],
): string {
  const parts = names.flatMap((name) => (row[name] === undefined ? [] : [`${name}: ${yamlText(row[name])}`]));
  return `{ ${parts.join(", ")} }`;
}

function yamlText(value: string | number): string {
  return typeof value === "number" || /^[\w.-]+$/.test(value) ? String(value) : JSON.stringify(value);
}
