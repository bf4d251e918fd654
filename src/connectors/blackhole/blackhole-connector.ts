/** `'connector' = 'blackhole'`: takes every row and keeps none, for measuring what comes before it. */
import type { Connector } from "../connector.ts";

export const blackholeConnector: Connector = {
  name: "blackhole",
  options: [],
  acceptsChanges: true,
  openSink: () => ({
    write: () => {},
    flush: async () => {},
    close: async () => {},
    abort: async () => {},
  }),
};
