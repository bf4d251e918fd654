/**
 * A real proxy between a page and its server: it forwards all, but what it is to answer itself. So a page
 * meets what a server with keys, or one of another version, would say.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";

export interface Between {
  /** A body in place of the server's; undefined: as the server answers. */
  answer?: (path: string) => { readonly status: number; readonly body: object } | undefined;
  /** In place of a message of the page to the server. */
  fromPage?: (message: Record<string, unknown>) => object | undefined;
  /** In place of a message of the server. */
  fromServer?: (message: Record<string, unknown>) => object | undefined;
}

export interface BetweenProxy {
  readonly url: string;
  /** What it does from now on. */
  between: Between;
  /** Sockets that are open end: pages connect anew. */
  cut(): void;
  close(): Promise<void>;
}

export async function proxyBefore(serverUrl: string): Promise<BetweenProxy> {
  const sockets = new WebSocketServer({ noServer: true });
  const pages = createServer((asked, reply) => forward(asked, reply));
  const upstream = new URL(serverUrl);

  function forward(asked: IncomingMessage, reply: ServerResponse): void {
    const own = proxy.between.answer?.(asked.url ?? "");
    if (own !== undefined) {
      reply.writeHead(own.status, { "content-type": "application/problem+json" });
      reply.end(JSON.stringify(own.body));
      return;
    }
    // To the server it is the page's own address.
    const { origin: _, ...told } = asked.headers;
    const headers = { ...told, host: upstream.host };
    const options = { host: upstream.hostname, port: upstream.port, method: asked.method, path: asked.url };
    const on = request({ ...options, headers }, (answer) => {
      reply.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(reply);
    });
    on.on("error", () => reply.destroy());
    asked.pipe(on);
  }

  pages.on("upgrade", (asked: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.handleUpgrade(asked, socket, head, (page) => join(page, asked.url ?? ""));
  });

  function join(page: WebSocket, path: string): void {
    const server = new WebSocket(`ws://${upstream.host}${path}`, { perMessageDeflate: false });
    const waiting: string[] = [];
    const send = (text: string) =>
      server.readyState === WebSocket.OPEN ? server.send(text) : waiting.push(text);
    server.on("open", () => {
      for (const text of waiting) server.send(text);
    });
    page.on("message", (data) => {
      const text = String(data);
      const own = proxy.between.fromPage?.(JSON.parse(text) as Record<string, unknown>);
      if (own === undefined) send(text);
      else page.send(JSON.stringify(own));
    });
    server.on("message", (data) => {
      const text = String(data);
      const own = proxy.between.fromServer?.(JSON.parse(text) as Record<string, unknown>);
      page.send(own === undefined ? text : JSON.stringify(own));
    });
    page.on("close", () => server.close());
    server.on("close", () => page.close());
    server.on("error", () => page.close());
  }

  pages.listen(0, "127.0.0.1");
  await once(pages, "listening");
  const proxy: BetweenProxy = {
    url: `http://127.0.0.1:${(pages.address() as AddressInfo).port}`,
    between: {},
    cut() {
      for (const page of sockets.clients) page.close();
    },
    async close() {
      for (const page of sockets.clients) page.terminate();
      pages.closeAllConnections();
      pages.close();
      await once(pages, "close");
    },
  };
  return proxy;
}
