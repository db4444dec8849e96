/** Models the API gateway in front of the service: it checks signatures and tokens (chapter 3.2) and limits the rate of calls. */
import type { Clock } from './clock.ts';
import { parseSdkDate } from './dates.ts';
import type { Iam } from './iam.ts';
import { errors, type ServiceError } from './service-errors.ts';
import { readAuthorization, type SignedRequest, signatureFault } from './signature.ts';

export interface RateLimit {
  readonly callsPerMinute: number;
  /** `token-bucket` allows bursts of five and then the rate; the other two count the calls of each minute. */
  readonly style: '429' | 'CB.00060211' | 'token-bucket';
}

export type Admission =
  | { readonly user: string; readonly by: 'signed' | 'token' }
  | { readonly error: ServiceError; readonly why: string };

/** In bytes; longer bodies need a token (3.2). */
const longestSignedBody = 12 * 1024 * 1024;

/** How many calls a token bucket allows at once. */
const burst = 5;

const mostSkew = 15 * 60 * 1000;

export class Gateway {
  readonly #iam: Iam;
  readonly #clock: Clock;
  limit: RateLimit | undefined;
  readonly #counts = new Map<string, { minute: number; calls: number }>();
  readonly #buckets = new Map<string, { at: number; tokens: number }>();

  constructor(iam: Iam, clock: Clock, limit: RateLimit | undefined) {
    this.#iam = iam;
    this.#clock = clock;
    this.limit = limit;
  }

  /** `serverTime`: the clock of the gateway, which may be wrong. */
  admit(request: SignedRequest, serverTime: number): Admission {
    const token = request.headers['x-auth-token'];
    const authorization = request.headers['authorization'];
    if (token !== undefined) {
      const read = this.#iam.readToken(token, this.#clock.now());
      return typeof read === 'string' ? rejected(read) : { user: read.user, by: 'token' };
    }
    if (authorization === undefined) return rejected('no Authorization and no X-Auth-Token');
    return this.#admitSigned(request, authorization, serverTime);
  }

  #admitSigned(request: SignedRequest, header: string, serverTime: number): Admission {
    const authorization = readAuthorization(header);
    if (authorization === undefined) return rejected('Authorization is malformed');
    const key = this.#iam.keys.get(authorization.access);
    if (key === undefined) return rejected('the access key is not known');
    if (request.body.length > longestSignedBody) {
      return { error: errors.tooLarge(), why: 'the body is longer than 12 MB' };
    }
    const date = parseSdkDate(request.headers['x-sdk-date'] ?? '');
    if (date === undefined) return rejected('X-Sdk-Date is missing or malformed');
    if (Math.abs(date - serverTime) > mostSkew) return rejected('X-Sdk-Date is more than 15 minutes off');
    if (key.expiresAt !== undefined && this.#clock.now() >= key.expiresAt) {
      return rejected('the temporary access key has expired');
    }
    const security = request.headers['x-security-token'];
    if (security !== key.securityToken) return rejected('X-Security-Token is missing, wrong or not expected');
    if (key.securityToken !== undefined && !authorization.signedHeaders.includes('x-security-token')) {
      return rejected('X-Security-Token is not signed');
    }
    const fault = signatureFault(request, authorization, key.sk);
    return fault === undefined ? { user: key.user ?? 'builder', by: 'signed' } : rejected(fault);
  }

  /** Counts a call. Throws when there were too many of its kind. */
  count(call: string): void {
    if (this.limit === undefined) return;
    if (this.limit.style === 'token-bucket') {
      this.#takeToken(call, this.limit.callsPerMinute / 60_000);
      return;
    }
    const now = this.#clock.now();
    const minute = Math.floor(now / 60_000);
    const before = this.#counts.get(call);
    const calls = before?.minute === minute ? before.calls + 1 : 1;
    this.#counts.set(call, { minute, calls });
    if (calls <= this.limit.callsPerMinute) return;
    if (this.limit.style === 'CB.00060211') throw errors.tooFrequent();
    throw errors.throttled(String(Math.ceil(((minute + 1) * 60_000 - now) / 1000)));
  }

  /** `rate`: tokens per millisecond. */
  #takeToken(call: string, rate: number): void {
    const now = this.#clock.now();
    const before = this.#buckets.get(call) ?? { at: now, tokens: burst };
    const tokens = Math.min(burst, before.tokens + (now - before.at) * rate);
    this.#buckets.set(call, { at: now, tokens: tokens < 1 ? tokens : tokens - 1 });
    if (tokens < 1) throw errors.throttled(String(Math.ceil((1 - tokens) / rate / 1000)));
  }
}

const rejected = (why: string): Admission => ({ error: errors.unauthenticated(why), why });
