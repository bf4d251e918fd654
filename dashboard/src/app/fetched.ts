/**
 * Code that comes when it is first needed. A server that is away is asked for it until it is back: what is
 * shown meanwhile stays, and nothing breaks.
 */

const waitMsMin = 500;
const waitMsMax = 5_000;

export async function fetched<Module>(load: () => Promise<Module>): Promise<Module> {
  for (let waitMs = waitMsMin; ; waitMs = Math.min(waitMsMax, 2 * waitMs)) {
    try {
      return await load();
    } catch (error) {
      if (!isOfNetwork(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** In the words of Chromium, of Firefox and of Safari; what the code itself throws is a mistake of ours. */
function isOfNetwork(error: unknown): boolean {
  const words = /dynamically imported module|Importing a module script failed/;
  return error instanceof TypeError && words.test(error.message);
}
