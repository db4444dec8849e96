// Tests how long a failed call waits for its next attempt, and when there is none.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ApiError, type Failure } from '../../src/codearts/errors.ts';
import { readAnswer } from '../../src/codearts/response.ts';
import { attempt, backoff, retry } from '../../src/codearts/retry.ts';
import { tryWithin } from '../../src/codearts/time-budget.ts';
import { seeded } from '../story/story.ts';
import { VirtualTime } from '../story/virtual-time.ts';

const now = Date.UTC(2026, 0, 12, 1, 30, 0);
const { signal } = new AbortController();

function refused(status: number, headers: Record<string, string> = {}, code = ''): Failure {
  const body = JSON.stringify({ error_code: code, error_msg: 'no' });
  const reading = readAnswer({ status, headers, body }, now);
  if (reading.ok) throw new Error('this answer is no refusal');
  return reading.failure;
}

const failures = fc.integer({ min: 1, max: 1_000 });
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it('doubles the longest wait after each failure, up to 30 seconds', () => {
  fc.assert(
    fc.property(failures, chance, (failures, chance) => {
      const wait = backoff(refused(503), failures, () => chance);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(Math.min(30_000, 1_000 * 2 ** Math.min(failures - 1, 20)));
    }),
  );
});

it('waits a random share of it, so that many steps do not retry at the same time', () => {
  const random = seeded(7);
  const waits = Array.from({ length: 20 }, () => backoff(refused(503), 6, random));
  expect(new Set(waits.map(Math.round)).size).toBe(20);
  expect(Math.max(...waits)).toBeGreaterThan(20_000);
  expect(Math.min(...waits)).toBeLessThan(10_000);
});

it('waits some seconds at least if throttled without a Retry-After', () => {
  for (const failure of [refused(429), refused(400, {}, 'CB.00060211')]) {
    expect(backoff(failure, 1, () => 0)).toBe(2_500);
    expect(backoff(failure, 2, () => 0)).toBe(5_000);
    expect(backoff(failure, 9, () => 0)).toBe(15_000);
  }
});

it('waits at least as long as Retry-After, in seconds or as a date', () => {
  const date = new Date(now + 40_000).toUTCString();
  fc.assert(
    fc.property(failures, chance, (failures, chance) => {
      for (const [header, ms] of [
        ['5', 5_000],
        [date, 40_000],
        ['120', 120_000],
      ] as const) {
        const wait = backoff(refused(429, { 'retry-after': header }), failures, () => chance);
        expect(wait).toBeGreaterThanOrEqual(ms);
        expect(wait).toBeLessThanOrEqual(ms + 5_000);
      }
    }),
  );
});

it.each(['0', '-5', 'soon', '', new Date(now - 60_000).toUTCString()])(
  'ignores the Retry-After %j',
  (header) => {
    expect(backoff(refused(429, { 'retry-after': header }), 1, () => 0)).toBe(2_500);
  },
);

it('does not wait for hours for a Retry-After', () => {
  expect(backoff(refused(503, { 'retry-after': '86400' }), 1, () => 0)).toBe(600_000);
});

it('retries until the call succeeds', async () => {
  const clock = new VirtualTime(now);
  let attempts = 0;
  const call = async () => {
    attempts += 1;
    if (attempts < 5) throw new ApiError('ask', refused(503));
    return 'answered';
  };
  await expect(retry(call, { clock, random: seeded(1), signal, maxElapsedMs: 600_000 })).resolves.toBe(
    'answered',
  );
  expect(attempts).toBe(5);
});

it('gives up rather than wait beyond its time budget', async () => {
  const clock = new VirtualTime(now);
  const error = new ApiError('ask', refused(429, { 'retry-after': '300' }));
  const asked = retry(() => Promise.reject(error), {
    clock,
    random: seeded(1),
    signal,
    maxElapsedMs: 60_000,
  });
  await expect(asked).rejects.toBe(error);
  expect(clock.now()).toBe(now);
});

it.each([302, 400, 401, 403, 404, 409, 422])('does not retry HTTP %i', async (status) => {
  const clock = new VirtualTime(now);
  let attempts = 0;
  const call = async () => {
    attempts += 1;
    throw new ApiError('ask', refused(status));
  };
  await expect(retry(call, { clock, random: seeded(1), signal, maxElapsedMs: 600_000 })).rejects.toThrow();
  expect(attempts).toBe(1);
});

it('ends a wait between two attempts as soon as it is aborted', async () => {
  const clock = new VirtualTime(now);
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const call = async () => {
    cancel.abort(reason);
    throw new ApiError('ask', refused(503));
  };
  const how = { clock, random: seeded(1), signal: cancel.signal, maxElapsedMs: 600_000 };
  await expect(retry(call, how)).rejects.toBe(reason);
});

it('attempt() returns an ApiError, and throws every other error', async () => {
  const refusal = new ApiError('ask', refused(403));
  const bug = new TypeError('bug');
  await expect(attempt(Promise.resolve('answer'))).resolves.toBe('answer');
  await expect(attempt(Promise.reject(refusal))).resolves.toBe(refusal);
  await expect(attempt(Promise.reject(bug))).rejects.toBe(bug);
});

it('tryWithin() ends a call after its time, and returns undefined only for an ApiError', async () => {
  const clock = new VirtualTime(now);
  const bug = new TypeError('bug');
  const never = (until: AbortSignal) => clock.sleep(3_600_000, until);
  await expect(tryWithin(clock, 5_000, async () => 'answer')).resolves.toBe('answer');
  await expect(tryWithin(clock, 5_000, never)).resolves.toBeUndefined();
  expect(clock.now() - now).toBe(5_000);
  const refusal = new ApiError('ask', refused(403));
  await expect(tryWithin(clock, 5_000, () => Promise.reject(refusal))).resolves.toBeUndefined();
  await expect(tryWithin(clock, 5_000, () => Promise.reject(bug))).rejects.toBe(bug);
});
