import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import type { FeedPanel } from "../../../../src/serving/pages.ts";
import { formatCount } from "../../numbers/format.ts";
import type { DrawProps } from "../panel-kind.ts";
import { FeedEntry } from "./entry.tsx";
import { News } from "./news.ts";
import { type FeedItem, type FeedModel, withHeld } from "./shape.ts";

export function DrawFeed({ panel, model, around }: DrawProps<FeedPanel, FeedModel>): ReactNode {
  const [held, setHeld] = useState<ReadonlyMap<string, FeedItem>>(new Map());
  const [said, setSaid] = useState({ words: "", times: 0 });
  // A new element is read aloud, though it says the same as the one before.
  const say = useCallback((words: string): void => setSaid(({ times }) => ({ words, times: times + 1 })), []);
  useNews(model.items, say);
  const hold = useCallback((item: FeedItem, isHeld: boolean): void => {
    setHeld((before) => {
      const next = new Map(before);
      if (isHeld) next.set(item.key, item);
      else next.delete(item.key);
      return next;
    });
  }, []);
  return (
    <div className="px-5 pb-4">
      <ul className="text-sm">
        {withHeld(model.items, held).map((item) => (
          <FeedEntry key={item.key} {...{ panel, item, around, hold, say }} columns={model.columns} />
        ))}
      </ul>
      {model.left > 0 && (
        <p className="pt-2 text-xs text-muted tabular-nums">{formatCount(BigInt(model.left))} older ones</p>
      )}
      <p role="status" className="sr-only">
        <span key={said.times}>{said.words}</span>
      </p>
    </div>
  );
}

/** Tells how many are new, at most every ten seconds. */
function useNews(items: readonly FeedItem[], say: (words: string) => void): void {
  const news = useRef<News>(undefined);
  useEffect(() => {
    news.current ??= new News();
    const kept = news.current;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      const { say: words, againInMs } = kept.take(items, performance.now());
      if (words !== undefined) say(words);
      if (againInMs !== undefined) timer = setTimeout(tell, againInMs);
    };
    tell();
    return () => clearTimeout(timer);
  }, [items, say]);
}
