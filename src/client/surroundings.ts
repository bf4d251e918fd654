/**
 * What the live connection takes from the world around it, so that a test can hold each of these in its
 * hand.
 */

/**
 * The part of WebSocket that is used: the one of a browser, of Node 22 and newer, and of the package `ws`
 * all fit.
 */
export interface LiveSocket {
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close" | "error", listener: () => void): void;
  send(text: string): void;
  close(): void;
}

export type LiveSocketConstructor = new (url: string) => LiveSocket;

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` once, `delayMs` from now, unless the function that it returns is called before. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
