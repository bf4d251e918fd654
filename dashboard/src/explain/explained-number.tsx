/** A number of a panel that says what is behind it when it is pressed. */
import { createContext, type ReactNode, useContext } from "react";

/** Opens what explains the panel; undefined where nobody can, as in the gallery. */
export const ExplainContext = createContext<((from: HTMLElement) => void) | undefined>(undefined);

export function ExplainedNumber({ children }: { readonly children: string }): ReactNode {
  const explain = useContext(ExplainContext);
  if (explain === undefined) return <bdi>{children}</bdi>;
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      onClick={(event) => explain(event.currentTarget)}
      className="max-w-full cursor-pointer truncate rounded-sm underline-offset-4 hover:underline"
    >
      <bdi>{children}</bdi>
    </button>
  );
}
