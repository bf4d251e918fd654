import { frame } from "../../data/fixture.ts";
import type { GalleryExample } from "../panel-kind.ts";

function text(title: string, of: string): GalleryExample {
  return { title, panel: { ...frame, kind: "text", title, text: of }, readings: [] };
}

export const examples: readonly GalleryExample[] = [
  text(
    "Filled",
    `Revenue is **without** orders that were blocked; those are in [Fraud](/fraud).
What is late is counted [by its own time](https://example.com/docs), see \`sales_per_minute\`.

- a window is open until its watermark has passed
- a correction has a mark,
  and says how often it was made
- nothing is rounded before it is summed`,
  ),
  text("One word", "Soon."),
  text("Empty", " \n\n "),
  text(
    "Hostile values",
    `<script>alert(1)</script> <img src=x onerror=alert(1)> [click](javascript:alert(1)) [go](//example.com)

- ${"W".repeat(300)}
- **never closed \`either
- [text] (/apart) [](/none) ****

مرحبا **بالعالم** <b>`,
  ),
  text("A long text", "word ".repeat(300)),
];
