// An Http that lets so many exchanges run at once and has the others wait: a fleet in one process would run out of
// sockets. Sends nothing itself.

import type { Http } from '../src/huaweicloud/http.ts';

export function limited(http: Http, most: number): Http {
  let running = 0;
  const waiting: (() => void)[] = [];
  async function turn<T>(exchange: () => Promise<T>): Promise<T> {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await exchange();
    } finally {
      // The turn is handed on, or given back.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }
  return { ...http, send: (request) => turn(() => http.send(request)) };
}
