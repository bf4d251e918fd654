/** A panel in its place on the page: its frame at once, what is in it when its turn comes. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { PanelTurns } from "../pages/panel-turns.ts";
import { BoardPanel, type BoardPanelProps } from "./board-panel.tsx";
import { Panel } from "./panel.tsx";
import { Placeholder } from "./placeholder.tsx";

interface PanelInTurnProps extends Omit<BoardPanelProps, "onThere"> {
  readonly turns: PanelTurns;
}

const waiting = { state: "loading", words: undefined, isDimmed: false } as const;

export function PanelInTurn({ turns, panel, heading, around }: PanelInTurnProps): ReactNode {
  const { id, title, note, width } = panel;
  const place = useRef<HTMLDivElement>(null);
  const [hasTurn, setHasTurn] = useState(() => turns.isFirst(id));
  useEffect(() => {
    if (hasTurn || place.current === null) return;
    const stopWaiting = turns.wait(id, () => setHasTurn(true));
    const inView = new IntersectionObserver((seen) => {
      if (seen.some(({ isIntersecting }) => isIntersecting)) turns.begin(id);
    });
    inView.observe(place.current);
    return () => {
      stopWaiting();
      inView.disconnect();
    };
  }, [turns, id, hasTurn]);
  return (
    <div ref={place} className="page-panel" style={{ "--span": width } as object}>
      {hasTurn ? (
        <BoardPanel {...{ panel, heading, around }} onThere={turns.isThere} />
      ) : (
        <Panel {...{ id, title, heading, note }} truth={waiting}>
          <Placeholder panel={panel} />
        </Panel>
      )}
    </div>
  );
}
