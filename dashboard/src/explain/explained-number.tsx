/** A number of a panel that says what is behind it when it is pressed. */
import { createContext, type ReactNode, useContext } from "react";
import { moveByArrow } from "./number-keys.ts";
import type { Pressed } from "./pressed.ts";

export type Explain = (from: HTMLElement, pressed: Pressed) => void;

/** Opens what explains a number of the panel; undefined where nobody can, as in the gallery. */
export const ExplainContext = createContext<Explain | undefined>(undefined);

interface ExplainedNumberProps {
  readonly mark: Pressed;
  /** One of many, which are reached by arrow keys: the tab key would take too long. */
  readonly isOfMany?: boolean;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

export function ExplainedNumber({ mark, isOfMany, title, children }: ExplainedNumberProps): ReactNode {
  const explain = useContext(ExplainContext);
  if (explain === undefined) return <bdi title={title}>{children}</bdi>;
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      data-number=""
      tabIndex={isOfMany ? -1 : undefined}
      onClick={(event) => {
        // A row that it stands in does something else when it is pressed.
        event.stopPropagation();
        explain(event.currentTarget, mark);
      }}
      onKeyDown={moveByArrow}
      className="max-w-full cursor-pointer truncate rounded-sm align-bottom underline-offset-4
        hover:underline"
    >
      <bdi title={title}>{children}</bdi>
    </button>
  );
}
