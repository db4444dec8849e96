// Shows how the poll schedule slows down when the service throttles a call, and how it recovers.

import { describe, expect, it } from 'vitest';
import { PollSchedule } from '../../src/builds/polling.ts';

/** A schedule without jitter. */
const newSchedule = () => new PollSchedule(5_000, () => 0.5);
const activeLog = { of: 'log', phase: 'active' } as const;

describe('a throttled call', () => {
  it('is not slowed down after a single rejection', () => {
    for (const retryAfterMs of [undefined, 2_000]) {
      const schedule = newSchedule();
      schedule.throttled('log', retryAfterMs);
      expect(schedule.wait(activeLog)).toBe(2_000);
    }
  });

  it('is slowed down when its next call is throttled too', () => {
    const schedule = newSchedule();
    schedule.throttled('log', undefined);
    schedule.throttled('log', undefined);
    expect(schedule.wait(activeLog)).toBe(4_000);
  });

  it('does not slow other calls down', () => {
    const schedule = newSchedule();
    for (let rejections = 0; rejections < 5; rejections += 1) schedule.throttled('log', undefined);
    expect(schedule.wait({ of: 'status', phase: 'active' })).toBe(15_000);
  });

  it('waits for Retry-After as given, and at most a quarter longer, when it is short', () => {
    for (const random of [0, 0.5, 0.999]) {
      const wait = new PollSchedule(5_000, () => random).throttled('log', 2_000);
      expect(wait).toBeGreaterThanOrEqual(2_000);
      expect(wait).toBeLessThanOrEqual(2_500);
    }
  });

  it('is never sent again before a long Retry-After has passed', () => {
    for (const random of [0, 0.5, 0.999]) {
      const wait = new PollSchedule(5_000, () => random).throttled('log', 40_000);
      expect(wait).toBeGreaterThanOrEqual(40_000);
      expect(wait).toBeLessThanOrEqual(100_000);
    }
  });

  it('costs less than 30 seconds when it is rejected three times without Retry-After', () => {
    for (const random of [0, 0.5, 0.999]) {
      const schedule = new PollSchedule(5_000, () => random);
      const waits = [1, 2, 3].map(() => schedule.throttled('log', undefined));
      expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(30_000);
    }
  });

  it('is slowed down more, the sooner the calls of a minute were used up', () => {
    const waits = [20_000, 30_000, 45_000, 55_000].map((retryAfterMs) => {
      const schedule = newSchedule();
      schedule.throttled('log', retryAfterMs);
      return schedule.wait(activeLog);
    });
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(2 * (waits[0] ?? 0));
  });

  it('is sent at least every 90 seconds, however often it is rejected', () => {
    const schedule = newSchedule();
    for (let rejections = 0; rejections < 20; rejections += 1) schedule.throttled('status', undefined);
    expect(schedule.wait({ of: 'status', phase: 'active' })).toBe(90_000);
  });

  it('is back at its usual interval within ten calls after three rejections', () => {
    const schedule = newSchedule();
    for (let rejections = 0; rejections < 3; rejections += 1) schedule.throttled('log', undefined);
    for (let calls = 0; calls < 10; calls += 1) schedule.answered('log');
    expect(schedule.wait(activeLog)).toBe(2_000);
  });

  it('waits only for seconds when the build is ending', () => {
    const schedule = newSchedule();
    for (let rejections = 0; rejections < 8; rejections += 1) schedule.throttled('log', undefined);
    schedule.setNearEnd(true);
    expect(schedule.throttled('log', undefined)).toBeLessThanOrEqual(4_000);
    expect(schedule.wait({ of: 'log', phase: 'draining' })).toBeLessThanOrEqual(4_000);
  });
});

it('starts to poll the log no more often than a throttled status', () => {
  const throttled = newSchedule();
  throttled.throttled('status', 50_000);
  throttled.logBegins();
  expect(throttled.wait(activeLog)).toBeCloseTo(throttled.wait({ of: 'status', phase: 'withoutLog' }));
  const alone = newSchedule();
  alone.logBegins();
  expect(alone.wait(activeLog)).toBe(2_000);
});
