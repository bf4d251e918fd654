/**
 * What the subscriptions of one client have to tell, through one connection that may be slow.
 *
 * Messages are written only while less than `bufferedBytesSoft` waits in the connection; what changes
 * meanwhile is folded together in the feeds. So a client that does not read costs a bounded buffer, and it is
 * cut off when that lasts. Subscriptions take turns, message by message.
 */
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import type { LiveSettings } from "./live-settings.ts";
import type { Subscription, Told } from "./subscription.ts";

export interface Connection {
  readonly isOpen: boolean;
  /** What was written and not yet taken by the system. */
  readonly bufferedBytes: number;
  write(subscription: Subscription, told: Told): void;
  /** Says why, and ends. */
  cutOff(error: QuickwaterError): void;
}

export class Outlet {
  readonly #connection: Connection;
  readonly #settings: LiveSettings;
  /** Those that may have something to tell, in the order of their turns. */
  readonly #waiting = new Set<Subscription>();
  /** How long there has been something to tell and no room; undefined while there is room. */
  #blockedMs: number | undefined;

  constructor(connection: Connection, settings: LiveSettings) {
    this.#connection = connection;
    this.#settings = settings;
  }

  get isBlocked(): boolean {
    return this.#blockedMs !== undefined;
  }

  /** The subscription may have something to tell. */
  add(subscription: Subscription): void {
    this.#waiting.add(subscription);
    this.send();
  }

  remove(subscription: Subscription): void {
    this.#waiting.delete(subscription);
  }

  clear(): void {
    this.#waiting.clear();
    this.#blockedMs = undefined;
  }

  /** Until nothing is left or there is no room; to be called when there may be room again. */
  send(): void {
    for (const subscription of this.#waiting) {
      if (!this.#connection.isOpen) return;
      if (subscription.hasNews && this.#connection.bufferedBytes > this.#settings.bufferedBytesSoft) {
        this.#blockedMs ??= 0;
        return;
      }
      this.#waiting.delete(subscription);
      const told = subscription.next();
      if (told === undefined) continue;
      // Put back at the end, which this loop comes to as well.
      this.#waiting.add(subscription);
      this.#blockedMs = undefined;
      this.#connection.write(subscription, told);
    }
    this.#blockedMs = undefined;
  }

  /** Says whether something may be written at all, whatever it is; where not, the client is cut off. */
  hasRoom(): boolean {
    const { bufferedBytesMax } = this.#settings;
    const { bufferedBytes } = this.#connection;
    if (bufferedBytes <= bufferedBytesMax) return true;
    const problem = `${bufferedBytes} bytes wait, the limit is ${bufferedBytesMax}`;
    this.#connection.cutOff(quickwaterError("live.too-slow", { problem }));
    return false;
  }

  /** Counts in beats and not by the clock: a process that was held up must not blame its clients. */
  isStuck(beatMs: number): boolean {
    const { blockedMsMax } = this.#settings;
    if (this.#blockedMs === undefined) return false;
    this.#blockedMs += beatMs;
    if (this.#blockedMs <= blockedMsMax) return false;
    const problem = `changes have waited for ${blockedMsMax / 1_000} s`;
    this.#connection.cutOff(quickwaterError("live.too-slow", { problem }));
    return true;
  }
}
