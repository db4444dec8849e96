// How a step slows down when the service refuses a call as one too many, and how it comes back to its pace.

import { expect, it } from 'vitest';
import { PollSchedule } from '../../src/builds/polling.ts';

/** Without jitter. */
const pace = () => new PollSchedule(5_000, () => 0.5);

it('slows down the call that was refused and no other', () => {
  const slowed = pace();
  slowed.throttled('log', undefined, 0);
  expect(slowed.wait('flowingLog')).toBeGreaterThan(pace().wait('flowingLog'));
  expect(slowed.wait('flowingStatus')).toBe(pace().wait('flowingStatus'));
});

it('never comes back before the service has said to', () => {
  for (const chance of [0, 0.5, 0.999]) {
    const wait = new PollSchedule(5_000, () => chance).throttled('log', 40_000, 0);
    expect(wait).toBeGreaterThanOrEqual(40_000);
    expect(wait).toBeLessThanOrEqual(100_000);
  }
});

it('waits at least as long as after any other failure where the service does not say how long', () => {
  expect(pace().throttled('log', undefined, 25_000)).toBe(25_000);
});

it('slows down the more, the sooner the calls of a minute were used up', () => {
  const waits = [1_000, 30_000, 45_000, 55_000].map((retryAfterMs) => {
    const slowed = pace();
    slowed.throttled('log', retryAfterMs, 0);
    return slowed.wait('flowingLog');
  });
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(waits.at(-1)).toBeGreaterThan(2 * (waits[0] ?? 0));
});

it('looks once in a minute and a half however often it is refused', () => {
  const slowed = pace();
  for (let refusals = 0; refusals < 20; refusals += 1) slowed.throttled('status', undefined, 0);
  expect(slowed.wait('flowingStatus')).toBe(90_000);
});

it('is back at its pace within five minutes of good answers after a single refusal', () => {
  const slowed = pace();
  slowed.throttled('log', 10_000, 0);
  let passed = 0;
  while (slowed.wait('flowingLog') > 2_000) {
    passed += slowed.wait('flowingLog');
    slowed.answered('log');
  }
  expect(passed).toBeLessThan(5 * 60_000);
});

it('begins to read the log no more often than the status could be looked at', () => {
  const crowded = pace();
  crowded.throttled('status', 50_000, 0);
  crowded.logBegins();
  expect(crowded.wait('flowingLog')).toBeCloseTo(crowded.wait('lonelyStatus'));
  const alone = pace();
  alone.logBegins();
  expect(alone.wait('flowingLog')).toBe(2_000);
});
