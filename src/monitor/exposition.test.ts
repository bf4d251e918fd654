import fc from "fast-check";
import { expect, test } from "vitest";
import { readPrometheusText } from "../../test/support/prometheus-text.ts";
import { expositionText } from "./exposition.ts";
import { counter, families, gauge } from "./families.ts";

test("whatever a stream is called, a reader gets its name and its number", () => {
  const name = fc.string({ unit: fc.constantFrom(...'a"\\\n{},= #ü\u2028', "\ud800"), minLength: 1 });
  const value = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger());
  fc.assert(
    fc.property(
      fc.uniqueArray(
        fc.tuple(
          name.map((text) => text.toWellFormed()),
          value,
        ),
        { selector: ([text]) => text },
      ),
      (all) => {
        const { gauge } = families(all, ([stream]) => ({ stream, other: stream }));
        const text = expositionText([gauge("things", 'Of \\ "all"\nlines.', ([, number]) => number)]);
        const read = readPrometheusText(text).get("things")!;
        expect(read.help).toBe('Of \\ "all"\nlines.');
        expect(read.samples).toEqual(
          all.map(([stream, number]) => ({
            name: "things",
            labels: { stream, other: stream },
            value: number + 0,
          })),
        );
      },
    ),
  );
});

test("a family without samples says what it is, a histogram has its sum and its count", () => {
  const text = expositionText([
    gauge("nothing", "None.", undefined),
    counter("all_total", "All.", 7),
    { name: "waits_seconds", help: "Waits.", type: "histogram", sum: 0.5, count: 3, buckets: [[0.1, 2]] },
  ]);
  expect(text).toBe(`# HELP nothing None.
# TYPE nothing gauge
# HELP all_total All.
# TYPE all_total counter
all_total 7
# HELP waits_seconds Waits.
# TYPE waits_seconds histogram
waits_seconds_bucket{le="0.1"} 2
waits_seconds_bucket{le="+Inf"} 3
waits_seconds_sum 0.5
waits_seconds_count 3
`);
  expect([...readPrometheusText(text).keys()]).toEqual(["nothing", "all_total", "waits_seconds"]);
});
