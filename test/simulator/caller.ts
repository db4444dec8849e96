/** Calls the simulator for its own tests, with a token and fetch and without any of the action's code. */
import type { Simulator } from './simulator.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The value at a path of the body, such as `result.status`; undefined when there is none. */
  at(path: string): unknown;
}

export class Caller {
  readonly #simulator: Simulator;
  readonly #headers: Record<string, string>;

  constructor(simulator: Simulator, headers: Record<string, string> = {}) {
    this.#simulator = simulator;
    this.#headers = { 'X-Auth-Token': simulator.token(), ...headers };
  }

  get(path: string): Promise<Reply> {
    return this.#send('GET', path, undefined);
  }

  post(path: string, body?: unknown): Promise<Reply> {
    return this.#send('POST', path, body);
  }

  delete(path: string): Promise<Reply> {
    return this.#send('DELETE', path, undefined);
  }

  start(jobId: string, more: Record<string, unknown> = {}): Promise<Reply> {
    return this.post('/v3/jobs/build', { job_id: jobId, ...more });
  }

  log(jobId: string, number: number, offset: number | string, length?: number): Promise<Reply> {
    const size = length === undefined ? '' : `&length=${length}`;
    return this.get(`/v3/jobs/${jobId}/${number}/real-time-log?offset=${offset}${size}`);
  }

  /** Reads the live log to its end by passing offsets back, as the reference says. */
  async wholeLog(jobId: string, number: number, length?: number): Promise<string> {
    let content = '';
    let offset = '0';
    for (;;) {
      const reply = await this.log(jobId, number, offset, length);
      content += String(reply.at('result.content'));
      offset = String(reply.at('result.offset'));
      if (String(reply.at('result.has_more_data')) !== 'true') return content;
    }
  }

  async #send(method: string, path: string, body: unknown): Promise<Reply> {
    const response = await fetch(`${this.#simulator.url}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...this.#headers },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, at: (name) => valueAt(text, name) };
  }
}

function valueAt(text: string, path: string): unknown {
  let value: unknown = JSON.parse(text);
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === name)?.[1];
  }
  return value;
}
