/**
 * The address of a thread's entry file beside the caller: `.ts` where the sources run as they are, `.js`
 * where the built package does. The name is given without its ending.
 */
export function workerUrl(callerUrl: string, name: string): URL {
  const ending = callerUrl.endsWith(".ts") ? ".ts" : ".js";
  return new URL(`${name}${ending}`, callerUrl);
}
