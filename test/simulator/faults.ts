/** Lists the faults that tests ask for and picks those that apply to a request. fault-effects.ts applies them. */

import { seededRandom } from './identifiers.ts';
import type { Json } from './json.ts';
import { type LogQuirk, logQuirkKinds } from './log-slice.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { CallName } from './routes.ts';

/** `acted`: the request takes effect, and only its response is replaced. */
export type FaultEffect =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly acted?: boolean;
    }
  | { readonly kind: 'reset-before' }
  | { readonly kind: 'reset-after' }
  | { readonly kind: 'hang-before' }
  | { readonly kind: 'hang-after' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** `honest`: the content length is that of the part that is sent. */
  | { readonly kind: 'truncated'; readonly keep?: number; readonly honest?: boolean }
  | { readonly kind: 'html'; readonly status?: number; readonly acted?: boolean }
  | { readonly kind: 'empty-body' }
  | { readonly kind: 'not-json' }
  /** `retryAfter: null`: without the header. */
  | { readonly kind: 'throttled'; readonly retryAfter?: string | null; readonly retryAfterMs?: number }
  | { readonly kind: 'too-frequent' }
  | { readonly kind: 'busy'; readonly acted?: boolean }
  | { readonly kind: 'status-fail'; readonly code?: string; readonly message?: string }
  | { readonly kind: 'json-string' }
  | { readonly kind: 'close-idle'; readonly afterMs?: number }
  | { readonly kind: 'skew'; readonly ms: number }
  | { readonly kind: 'no-build-number' }
  /** A file that never ends. */
  | { readonly kind: 'endless' }
  /** Compresses the body, whether the client accepts that or not. */
  | { readonly kind: 'gzip' }
  | { readonly kind: 'byte-order-mark' }
  /** Adds so many bytes of headers. */
  | { readonly kind: 'big-headers'; readonly bytes?: number }
  /** Sets the content type, or removes it when undefined. */
  | { readonly kind: 'content-type'; readonly type: string | undefined }
  /** Answers a file with a 302 to an object store. */
  | { readonly kind: 'redirect' }
  | { readonly kind: 'rewrite'; readonly rewrite: (body: Json) => Json }
  | LogQuirk;

export type FaultKind = FaultEffect['kind'];

export type Fault = FaultEffect & {
  readonly call: CallName | '*';
  /** How many matching calls get a normal response first. */
  readonly after?: number;
  /** How often it applies: 1 when left out, always for `skew`. */
  readonly times?: number;
  readonly when?: (request: ReceivedRequest) => boolean;
};

export interface RandomFaults {
  readonly seed: number;
  /** The share of calls that fail, from 0 to 1. */
  readonly rate: number;
  readonly kinds?: readonly FaultKind[];
  readonly calls?: readonly CallName[];
}

/** The kinds that a client must survive without losing anything. */
export const passingFaultKinds: readonly FaultKind[] = [
  'status',
  'reset-before',
  'reset-after',
  'delay',
  'truncated',
  'html',
  'empty-body',
  'not-json',
  'throttled',
  'too-frequent',
  'busy',
  'close-idle',
  'offset-stuck',
  'empty-content',
  'has-more-always',
  'wrong-current-offset',
];

interface Planned {
  readonly fault: Fault;
  skip: number;
  left: number;
}

export class Faults {
  readonly #planned: Planned[] = [];
  readonly #counts = new Map<FaultKind, number>();
  #random: { next: () => number; options: RandomFaults } | undefined;

  add(fault: Fault): void {
    const times = fault.times ?? (fault.kind === 'skew' ? Number.POSITIVE_INFINITY : 1);
    this.#planned.push({ fault, skip: fault.after ?? 0, left: times });
  }

  /** Adds random faults; the same seed and calls give the same faults. */
  random(options: RandomFaults): void {
    this.#random = { next: seededRandom(options.seed), options };
  }

  clear(): void {
    this.#planned.length = 0;
    this.#random = undefined;
  }

  /** How many faults have not applied as often as they should. */
  get pending(): number {
    return this.#planned.filter(({ left }) => left > 0 && Number.isFinite(left)).length;
  }

  get injected(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  get injectedByKind(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** The faults that apply to this request. */
  match(request: ReceivedRequest): FaultEffect[] {
    const matched: FaultEffect[] = [];
    for (const planned of this.#planned) {
      const { fault } = planned;
      const matches = fault.call === '*' || fault.call === request.call;
      if (!matches || planned.left <= 0 || fault.when?.(request) === false) continue;
      if (planned.skip > 0) {
        planned.skip -= 1;
        continue;
      }
      planned.left -= 1;
      matched.push(fault);
    }
    const random = this.#randomFault(request);
    if (random !== undefined) matched.push(random);
    for (const { kind } of matched) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    return matched;
  }

  #randomFault(request: ReceivedRequest): FaultEffect | undefined {
    if (this.#random === undefined) return undefined;
    const { next, options } = this.#random;
    if (options.calls !== undefined && !options.calls.some((call) => call === request.call)) return undefined;
    if (next() >= options.rate) return undefined;
    const quirks: readonly FaultKind[] = logQuirkKinds;
    const kinds = (options.kinds ?? passingFaultKinds).filter(
      (kind) => request.call === 'log' || !quirks.includes(kind),
    );
    const kind = kinds[Math.floor(next() * kinds.length)];
    return kind === undefined ? undefined : randomEffect(kind, next);
  }
}

/** A fault of that kind with random details. */
function randomEffect(kind: FaultKind, next: () => number): FaultEffect {
  switch (kind) {
    case 'status': {
      const status = [500, 502, 503, 504][Math.floor(next() * 4)] ?? 503;
      return { kind, status, acted: next() < 0.5 };
    }
    case 'html':
      // A page with status 200 is a wrong endpoint, which a client reports at once.
      return { kind, status: 502, acted: next() < 0.5 };
    case 'busy':
      return { kind, acted: next() < 0.5 };
    case 'delay':
      return { kind, ms: Math.floor(next() * 200) };
    case 'truncated':
      return { kind, keep: next(), honest: next() < 0.5 };
    case 'throttled':
      return { kind, retryAfter: next() < 0.5 ? '0' : '1' };
    case 'skew':
      return { kind, ms: (next() < 0.5 ? -1 : 1) * 20 * 60 * 1000 };
    case 'rewrite':
      return { kind, rewrite: (body) => body };
    case 'content-type':
      return { kind, type: next() < 0.5 ? 'application/json' : undefined };
    case 'pieces':
    case 'cut':
      return { kind, units: 1 + Math.floor(next() * 200) };
    default:
      return { kind };
  }
}
