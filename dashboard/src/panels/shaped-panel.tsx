/** Rows as a kind of panel shows them: shaped once for as long as they are the same; a picture or a table. */
import { type ReactNode, use, useMemo } from "react";
import { type AnyPanelKind, loadedKind } from "./kinds.ts";
import type { PanelInput, Twin } from "./panel-kind.ts";
import { TwinTable } from "./twin-table.tsx";

interface ShapedPanelProps extends PanelInput {
  readonly asTable: boolean;
  /** In place of what there is nothing of. */
  readonly empty: ReactNode;
}

/** Suspends until the code of its kind is there. */
export function ShapedPanel({ panel, readings, around, asTable, empty }: ShapedPanelProps): ReactNode {
  const promise = loadedKind(panel.kind);
  if (promise === undefined) return <p className="px-5 pb-4 text-sm text-muted">{unknownKind(panel.kind)}</p>;
  return <Shaped kind={use(promise)} {...{ panel, readings, around, asTable, empty }} />;
}

function Shaped({
  kind,
  panel,
  readings,
  around,
  asTable,
  empty,
}: ShapedPanelProps & { readonly kind: AnyPanelKind }): ReactNode {
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
