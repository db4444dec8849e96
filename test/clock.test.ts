// Tests the clock of a real run: that it is monotonic, and that its waits can be cancelled.

import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '../src/clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

it.each([
  ['forward by 8 hours', 8 * 3_600_000],
  ['back by 2 minutes', -120_000],
])('does not jump when the wall clock is set %s', (_, byMs) => {
  const before = systemClock.now();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + byMs });
  expect(Math.abs(Date.now() - before)).toBeGreaterThan(100_000);
  expect(systemClock.now() - before).toBeLessThan(5_000);
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
});

it('returns the time since the epoch in whole milliseconds', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(5_000);
  expect(Number.isInteger(systemClock.now())).toBe(true);
});

it("rejects a wait with the signal's own reason, before and during the wait", async () => {
  const reason = new Error('cancelled');
  const cancel = new AbortController();
  const waiting = systemClock.sleep(60_000, cancel.signal);
  await delay(5);
  cancel.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(systemClock.sleep(60_000, cancel.signal)).rejects.toBe(reason);
});

it.each([Number.POSITIVE_INFINITY, 2 ** 40])('does not resolve at once for a wait of %i ms', async (ms) => {
  const cancel = new AbortController();
  let fired = false;
  const waiting = systemClock.sleep(ms, cancel.signal).then(
    () => {
      fired = true;
    },
    () => {},
  );
  await delay(20);
  cancel.abort();
  await waiting;
  expect(fired).toBe(false);
});
