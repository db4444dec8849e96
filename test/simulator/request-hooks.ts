/** Calls back when a certain request arrives, before the faults and the handler see it. */
import type { ReceivedRequest } from './received-request.ts';
import type { CallName } from './routes.ts';

interface Hook {
  readonly call: CallName | '*';
  /** Counts from 1; undefined for every request. */
  readonly nth: number | undefined;
  readonly run: (request: ReceivedRequest) => void;
  seen: number;
}

export class RequestHooks {
  readonly #hooks: Hook[] = [];

  add(call: CallName | '*', nth: number | 'every', run: (request: ReceivedRequest) => void): void {
    this.#hooks.push({ call, nth: nth === 'every' ? undefined : nth, run, seen: 0 });
  }

  received(request: ReceivedRequest): void {
    for (const hook of this.#hooks) {
      if (hook.call !== '*' && hook.call !== request.call) continue;
      hook.seen += 1;
      if (hook.nth === undefined || hook.nth === hook.seen) hook.run(request);
    }
  }
}
