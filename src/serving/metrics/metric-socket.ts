/**
 * One client on `WS /v1/metrics`. Points and answers are sent while less than `bufferedBytesSoft` waits in
 * the socket; points that change meanwhile are folded together by row, and answers wait, a few of them. So a
 * client that does not read costs a bounded buffer, and it is cut off when that lasts.
 */
import type { WebSocket } from "@fastify/websocket";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { beatMsOf, type LiveSettings } from "../feed/live-settings.ts";
import type { MetricFeeds } from "./metric-feeds.ts";
import { type MetricMessage, readMetricMessage } from "./metric-message.ts";
import type { MetricPoints, Point } from "./metric-points.ts";

const policyViolation = 1008;
const tryAgainLater = 1013;
/** Requests of one client that wait for room. */
const waitingMax = 16;
/** Points of one answer: the newest. */
const historyMax = 20_000;

interface Update {
  readonly metric: MetricPoints;
  readonly point: Point;
  readonly step: number;
}

export class MetricSocket {
  readonly #socket: WebSocket;
  readonly #feeds: MetricFeeds;
  readonly #settings: LiveSettings;
  readonly #end: () => void;
  /** By metric and row; what is there is sent when there is room. */
  readonly #updates = new Map<string, Update>();
  readonly #asked: MetricMessage[] = [];
  /** Undefined until the client names one: then it gets all. */
  #wanted: Set<string> | undefined;
  #pingedAtMs = performance.now();
  /** Counted in beats: a process that was held up must not blame its clients. */
  #silentMs = 0;
  #blockedMs: number | undefined;
  #second = 0;
  #messagesInSecond = 0;

  constructor(socket: WebSocket, feeds: MetricFeeds, settings: LiveSettings) {
    this.#socket = socket;
    this.#feeds = feeds;
    this.#settings = settings;
    socket.on("message", (data, isBinary) => this.#receive(String(data), isBinary));
    socket.on("pong", () => {
      this.#silentMs = 0;
    });
    this.#end = feeds.listen((metric, points, step) => this.#tell(metric, points, step));
    socket.on("close", this.#end);
    socket.on("error", this.#end);
    this.#send(messageText("current_state", feeds.stateText(), nowText()));
  }

  /** Called every `beatMsOf`: finds out who is gone, and who does not read. */
  beat(nowMs: number): void {
    const { pingMs, blockedMsMax, silenceMsMax } = this.#settings;
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const beatMs = beatMsOf(this.#settings);
    this.#silentMs += beatMs;
    if (this.#blockedMs !== undefined) this.#blockedMs += beatMs;
    if ((this.#blockedMs ?? 0) > blockedMsMax) {
      const problem = `changes have waited for ${blockedMsMax / 1_000} s`;
      this.#cutOff(quickwaterError("live.too-slow", { problem }));
    } else if (this.#silentMs > silenceMsMax) {
      this.#end();
      this.#socket.terminate();
    } else if (nowMs - this.#pingedAtMs >= pingMs) {
      this.#pingedAtMs = nowMs;
      this.#socket.ping();
    }
  }

  close(): void {
    this.#end();
    this.#socket.close(tryAgainLater, "the server is stopping");
  }

  #receive(text: string, isBinary: boolean): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#silentMs = 0;
    if (!this.#isWithinRate()) {
      const limit = this.#settings.messagesPerSecondMax;
      this.#cutOff(quickwaterError("live.too-many-messages", { limit }));
      return;
    }
    try {
      const message = readMetricMessage(text, isBinary);
      this.#feeds.refuseUnknown(message.metric);
      if (message.type === "subscribe_metric") {
        this.#wanted ??= new Set();
        this.#wanted.add(message.metric);
      } else if (this.#asked.push(message) > waitingMax) {
        this.#asked.pop();
        throw quickwaterError("live.bad-message", { problem: `${waitingMax} requests wait already` });
      } else this.#sendWaiting();
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      this.#send(errorText(error));
    }
  }

  #isWithinRate(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#second) this.#messagesInSecond = 0;
    this.#second = second;
    this.#messagesInSecond++;
    return this.#messagesInSecond <= this.#settings.messagesPerSecondMax;
  }

  #tell(metric: MetricPoints, points: readonly Point[], step: number): void {
    const { name } = metric.spec;
    if (this.#wanted !== undefined && !this.#wanted.has(name)) return;
    for (const point of points) {
      const key = `${name} ${point.key}`;
      // One that changes again goes behind those that wait.
      this.#updates.delete(key);
      this.#updates.set(key, { metric, point, step });
    }
    this.#sendWaiting();
  }

  #sendWaiting(): void {
    const { bufferedBytesSoft } = this.#settings;
    while (this.#socket.readyState === this.#socket.OPEN) {
      const isWaiting = this.#updates.size > 0 || this.#asked.length > 0;
      if (isWaiting && this.#socket.bufferedAmount > bufferedBytesSoft) {
        this.#blockedMs ??= 0;
        return;
      }
      this.#blockedMs = undefined;
      if (!isWaiting) return;
      this.#send(this.#nextText());
    }
  }

  #nextText(): string {
    const asked = this.#asked.shift();
    if (asked?.type === "get_historical_data") return this.#historyText(asked.metric, asked.seconds);
    const [key, { metric, point, step }] = this.#updates.entries().next().value!;
    this.#updates.delete(key);
    const { spec } = metric;
    const data = `{"metric_name":${JSON.stringify(spec.name)},${point.members}}`;
    return messageText("metric_update", data, point.timestamp, { view: spec.view, sequence: step });
  }

  #historyText(metric: string, seconds: number): string {
    const { points, step } = this.#feeds.history(metric, seconds);
    const shown = points.slice(-historyMax);
    const data = `[${shown.map(({ members }) => `{${members}}`).join(",")}]`;
    const cut = shown.length < points.length ? { truncated: true } : {};
    return messageText("historical_data", data, nowText(), { metric_name: metric, sequence: step, ...cut });
  }

  /** Everything that is sent goes through here, so that nothing can fill the buffer. */
  #send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const { bufferedBytesMax } = this.#settings;
    const { bufferedAmount } = this.#socket;
    if (bufferedAmount > bufferedBytesMax) {
      const problem = `${bufferedAmount} bytes wait, the limit is ${bufferedBytesMax}`;
      this.#cutOff(quickwaterError("live.too-slow", { problem }));
      return;
    }
    this.#socket.send(text, () => {
      if (this.#blockedMs === undefined) return;
      // The peer has taken something: it is slow, and there.
      this.#silentMs = 0;
      this.#sendWaiting();
    });
  }

  #cutOff(error: QuickwaterError): void {
    this.#end();
    this.#socket.send(errorText(error));
    this.#socket.close(policyViolation, error.code);
  }
}

const nowText = () => JSON.stringify(new Date().toISOString());

/** `data` and `timestamp` are JSON texts. */
function messageText(type: string, data: string, timestamp: string, more: object = {}): string {
  const said = JSON.stringify({ type, ...more }).slice(0, -1);
  return `${said},"data":${data},"timestamp":${timestamp}}`;
}

function errorText({ code, message, advice }: QuickwaterError): string {
  return messageText("error", JSON.stringify({ code, message, hint: advice }), nowText());
}
