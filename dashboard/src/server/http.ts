/** The server that the page came from, asked by plain HTTP. */
import { QuickwaterHttp } from "../../../src/client/index.ts";

let made: QuickwaterHttp | undefined;

export function serverHttp(): QuickwaterHttp {
  made ??= new QuickwaterHttp({ url: window.location.origin });
  return made;
}

/** What is sent by it is taken once, however often it is sent: `key` names it. */
export function serverHttpOnce(key: string): QuickwaterHttp {
  return new QuickwaterHttp({
    url: window.location.origin,
    fetch: (url, init) => {
      const headers = new Headers(init?.headers);
      headers.set("idempotency-key", key);
      return fetch(url, { ...init, headers });
    },
  });
}
