/** A level beside a value: a colour, a form, and words, so that none of them is needed alone. */
import type { ReactNode } from "react";
import type { Level, Tone } from "../../../../src/serving/pages.ts";
import { levelWords } from "../../data/levels.ts";

const forms: Readonly<Record<Tone, string>> = {
  good: "rounded-full bg-ok",
  warn: "rotate-45 bg-warn",
  bad: "bg-bad",
  plain: "rounded-full bg-muted",
};

export function LevelMark({ level }: { readonly level: Level }): ReactNode {
  const words = levelWords(level);
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden="true" className={`size-2 shrink-0 ${forms[level.tone]}`} />
      <span className={level.title === null ? "sr-only" : "text-xs text-muted"}>{words}</span>
    </span>
  );
}
