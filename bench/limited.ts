// Wraps an HTTP client to limit its concurrent requests: a fleet in one process would run out of sockets.

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
      // The next request takes the slot, or it becomes free.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }
  return { ...http, send: (request) => turn(() => http.send(request)) };
}
