/** What something is called: text of whoever wrote it, in whatever direction it is read. */
import type { ReactNode } from "react";
import { plainName } from "../data/groups.ts";

interface NameProps {
  /** Null where it has none. */
  readonly names: readonly (string | null)[];
  readonly className?: string;
}

export function Name({ names, className = "" }: NameProps): ReactNode {
  return (
    <span className={`truncate ${className}`} title={plainName(names)}>
      {names.map((name, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a name have their places.
        <span key={place}>
          {place > 0 && " · "}
          {name === null || name === "" ? (
            <i className="text-muted">{plainName([name])}</i>
          ) : (
            <bdi>{name}</bdi>
          )}
        </span>
      ))}
    </span>
  );
}
