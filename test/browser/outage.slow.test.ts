import { describe, it } from "vitest";
import { noBrowser } from "./chromium.ts";
import { expectWholeAfterOutage, openLivePage } from "./live-page.ts";

describe.skipIf(noBrowser !== undefined)("a page of twenty live panels", () => {
  it("S14: has every point of the view after the server was killed for 30 s under load", async () => {
    const opened = await openLivePage();
    try {
      await expectWholeAfterOutage(opened, 30);
    } finally {
      await opened.close();
    }
  });
});
