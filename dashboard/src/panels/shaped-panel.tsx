/** Rows as a kind of panel shows them: shaped once for as long as they are the same; a picture or a table. */
import { type ReactNode, useCallback, useMemo, useState, useSyncExternalStore } from "react";
import type { PanelKindName } from "../../../src/serving/pages.ts";
import { type AnyPanelKind, kindThatIsThere, loadedKind } from "./kinds.ts";
import type { PanelInput, Twin } from "./panel-kind.ts";
import { TwinTable } from "./twin-table.tsx";

interface ShapedPanelProps extends PanelInput {
  readonly asTable: boolean;
  /** In place of what there is nothing of. */
  readonly empty: ReactNode;
  /** Until the code of its kind is there. */
  readonly placeholder: ReactNode;
}

export function ShapedPanel({ placeholder, ...shown }: ShapedPanelProps): ReactNode {
  const name = shown.panel.kind;
  const kind = useKind(name);
  if (kind === "unknown") return <p className="px-5 pb-4 text-sm text-muted">{unknownKind(name)}</p>;
  return kind === undefined ? placeholder : <Shaped kind={kind} {...shown} />;
}

/**
 * Undefined until its code is there. Without suspense: React shows nothing that it had a fallback for within
 * 300 ms of any other fallback, and a menu of another panel is one.
 */
function useKind(name: PanelKindName): AnyPanelKind | "unknown" | undefined {
  const [failure, setFailure] = useState<{ readonly reason: unknown }>();
  const promise = loadedKind(name);
  const subscribe = useCallback(
    (changed: () => void) => {
      promise?.then(changed, (reason: unknown) => setFailure({ reason }));
      return () => {};
    },
    [promise],
  );
  const kind = useSyncExternalStore(subscribe, () => kindThatIsThere(name));
  if (failure !== undefined) throw failure.reason;
  return promise === undefined ? "unknown" : kind;
}

function Shaped({
  kind,
  panel,
  readings,
  around,
  asTable,
  empty,
}: Omit<ShapedPanelProps, "placeholder"> & { readonly kind: AnyPanelKind }): ReactNode {
  const model = useMemo(() => kind.shape({ panel, readings, around }), [kind, panel, readings, around]);
  if (model === undefined) return empty;
  if (asTable) return <TwinTable title={panel.title} twin={kind.twin(model, { panel, readings, around })} />;
  return <kind.Draw {...{ panel, readings, around, model }} />;
}

/** Undefined where there is nothing to show. */
export async function twinOf(input: PanelInput): Promise<Twin | undefined> {
  const kind = await loadedKind(input.panel.kind);
  const model = kind?.shape(input);
  return model === undefined ? undefined : kind!.twin(model, input);
}

function unknownKind(kind: string): string {
  return `This page is older than its server: it does not know panels of the kind ${kind}. Load it again.`;
}
