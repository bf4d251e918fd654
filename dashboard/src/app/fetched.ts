/**
 * Code that comes when it is first needed. A server that is away is asked for it until it is back: what is
 * shown meanwhile stays, and nothing breaks.
 */
import { backOffMs } from "../../../src/client/back-off.ts";

export async function fetched<Module>(load: () => Promise<Module>): Promise<Module> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await load();
    } catch (error) {
      if (!isOfNetwork(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, backOffMs(attempt, Math.random())));
    }
  }
}

/** In the words of Chromium, of Firefox and of Safari; what the code itself throws is a mistake of ours. */
function isOfNetwork(error: unknown): boolean {
  const words = /dynamically imported module|Importing a module script failed/;
  return error instanceof TypeError && words.test(error.message);
}
