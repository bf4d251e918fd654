/** Which connectors there are. */
import { blackholeConnector } from "./blackhole/blackhole-connector.ts";
import type { Connector } from "./connector.ts";
import { filesystemConnector } from "./filesystem/filesystem-connector.ts";
import { printConnector } from "./print/print-connector.ts";

const connectors: readonly Connector[] = [filesystemConnector, printConnector, blackholeConnector];

export function connectorNamed(name: string): Connector | undefined {
  return connectors.find((connector) => connector.name === name);
}
