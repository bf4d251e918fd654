/**
 * LISTAGG: the texts that are not NULL, as they came, with a separator between them; NULL where there is
 * none. The separator stands before each text but the first. Of rows that may be taken back all texts are
 * kept as they came; one that is taken back goes where it came first.
 */

import type { SqlValue } from "../../values/sql-value.ts";
import { readUtf8 } from "../../values/utf8.ts";
import {
  type Accumulator,
  type AccumulatorNeeds,
  type AccumulatorSlot,
  keptAccumulator,
} from "./accumulator.ts";
import { seenLane } from "./value-lanes.ts";

const separatorDefault = ",";

export function listAccumulator({ parameters, distinct, losesRows }: AccumulatorNeeds): Accumulator {
  const [separator = separatorDefault] = parameters as string[];
  if (losesRows) {
    return keptAccumulator({ order: "arrival", once: distinct }, (values) => {
      const texts: SqlValue[] = [];
      values.eachArrived((value) => texts.push(value));
      return texts.length === 0 ? null : texts.join(separator);
    });
  }
  const between = new TextEncoder().encode(separator);
  const append = (slot: AccumulatorSlot, more: Uint8Array) => {
    const isFirst = slot.number("seen") === 0;
    slot.setNumber("seen", 1);
    const before = slot.bytes("text");
    slot.setBytes("text", isFirst ? more : Buffer.concat([before, between, more]));
  };
  return {
    lanes: [{ name: "text", kind: "bytes" }, seenLane],
    emitAdd: ({ lane, storeBytes, appendBytes }) =>
      `if (${lane("seen")} === 0) { ${storeBytes("text")} ${lane("seen")} = 1; }
        else { ${appendBytes("text", between)} }`,
    add: (slot, value) => append(slot, new TextEncoder().encode(value as string)),
    result: (slot) => (slot.number("seen") === 0 ? null : readUtf8(slot.bytes("text"))),
    merge: (into, from) => {
      if (from.number("seen") === 1) append(into, from.bytes("text").slice());
    },
  };
}
