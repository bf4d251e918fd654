/** Families of samples, as metrics are told. */
import type { Labels, PlainFamily } from "./exposition.ts";

/** By what the samples are of: `undefined` is left out. */
type Values<Of> = (of: Of) => number | undefined;

export function counter(name: string, help: string, value: number | undefined): PlainFamily {
  return { name, help, type: "counter", samples: value === undefined ? [] : [{ labels: {}, value }] };
}

export function gauge(name: string, help: string, value: number | undefined): PlainFamily {
  return { ...counter(name, help, value), type: "gauge" };
}

/** A sample for each of some things. */
export function families<Of>(all: readonly Of[], labelsOf: (of: Of) => Labels) {
  const make =
    (type: PlainFamily["type"]) =>
    (name: string, help: string, read: Values<Of>): PlainFamily => {
      const samples = all.flatMap((of) => {
        const value = read(of);
        return value === undefined ? [] : [{ labels: labelsOf(of), value }];
      });
      return { name, help, type, samples };
    };
  return { counter: make("counter"), gauge: make("gauge") };
}
