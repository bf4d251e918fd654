import type { ReactNode } from "react";
import type { TextPanel } from "../../../../src/serving/pages.ts";
import type { DrawProps } from "../panel-kind.ts";
import type { Block, Words } from "./parse.ts";
import type { TextModel } from "./shape.ts";

export function DrawText({ model }: DrawProps<TextPanel, TextModel>): ReactNode {
  return (
    <div className="grid max-w-prose gap-2.5 px-5 pb-4 text-sm leading-relaxed break-words">
      {model.blocks.map((block, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change.
        <BlockOfText key={position} block={block} />
      ))}
    </div>
  );
}

function BlockOfText({ block }: { readonly block: Block }): ReactNode {
  if (block.is === "paragraph") {
    return (
      <p dir="auto" className="min-w-0">
        <Line words={block.words} />
      </p>
    );
  }
  return (
    <ul className="min-w-0 list-disc pl-5 marker:text-muted">
      {block.items.map((words, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change.
        <li key={position} dir="auto">
          <Line words={words} />
        </li>
      ))}
    </ul>
  );
}

function Line({ words }: { readonly words: readonly Words[] }): ReactNode {
  return words.map((each, position) => {
    switch (each.is) {
      case "text":
        return each.text;
      case "code":
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change.
          <code key={position} className="rounded bg-raised px-1 py-0.5 font-mono text-xs">
            {each.text}
          </code>
        );
      case "bold":
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change.
          <strong key={position} className="font-semibold">
            <Line words={each.words} />
          </strong>
        );
      case "link":
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change.
          <a key={position} href={each.to} rel="noreferrer" className="text-accent underline">
            {each.text}
          </a>
        );
    }
    return null;
  });
}
