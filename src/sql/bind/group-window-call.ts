/** How calls are named that make a window in GROUP BY, and those that tell of it. */
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import type { FunctionCall } from "../parse/ast.ts";

const calls = /^(TUMBLE|HOP|SESSION)(?:_(START|END|ROWTIME|PROCTIME))?$/;

/** Whether a function of this name is of a window that GROUP BY makes. */
export function isOfGroupWindow({ name: { name } }: FunctionCall): boolean {
  return calls.test(name.toUpperCase());
}

/** Where rows have no such window, or a call cannot be told what it asks. */
export function misplacedGroupWindow({ name, position }: FunctionCall): QuickwaterError {
  const { kind, suffix } = partsOfCall(name.name);
  if (suffix === undefined) {
    const instead = `${kind}_START and ${kind}_END tell of it; in FROM it is TABLE(${kind}(…)).`;
    return notFlink(`In Flink the window ${kind} stands in GROUP BY`, instead, position);
  }
  const rule = `In Flink ${kind}_${suffix} tells of the window that GROUP BY has, and stands in no aggregate`;
  return notFlink(rule, `Write GROUP BY ${kind}(…), with the same arguments.`, position);
}

/** `TUMBLE_START`: TUMBLE, START. */
export function partsOfCall(name: string): { readonly kind: string; readonly suffix: string | undefined } {
  const [, kind, suffix] = calls.exec(name.toUpperCase())!;
  return { kind: kind!, suffix };
}

function notFlink(rule: string, instead: string, position: FunctionCall["position"]): QuickwaterError {
  return quickwaterError("sql.not-flink", { rule, instead }, { position });
}
