// Tests the search for the builds that a lost start may have created: how often it runs, and which are too late.

import { expect, it } from 'vitest';
import { findStartedBuild } from '../../src/builds/find-lost-start.ts';
import { connected } from './client.ts';
import { commit } from './run-start.ts';

async function setUp() {
  const { simulator, client, time } = await connected();
  const job = simulator.addJob({ name: 'shop' });
  const request = { jobId: job.id, parameters: [], scm: { build_type: 'branch' } };
  const { signal } = new AbortController();
  const options = {
    client,
    request,
    commitId: commit,
    clock: time,
    random: () => 0.5,
    signal,
    maxElapsedMs: 60_000,
  };
  return { simulator, job, time, options };
}

it('searches for a lost start only once, however long ago it was sent', async () => {
  const { simulator, time, options } = await setUp();
  const longAgo = time.now() - 3_600_000;
  expect(await findStartedBuild(options, longAgo, longAgo)).toEqual([]);
  expect(simulator.count('records')).toBe(1);
});

it.each([commit.toUpperCase(), commit.slice(0, 8)])(
  'finds a lost start whose commit is listed as %s',
  async (listed) => {
    const { job, time, options } = await setUp();
    job.start({ commit: listed, at: time.now() });
    const found = await findStartedBuild(options, time.now(), time.now());
    expect(found.map(({ buildNumber }) => buildNumber)).toEqual([1]);
  },
);

it('ignores builds that began after the step had given up on the start', async () => {
  const { job, time, options } = await setUp();
  const now = time.now();
  for (const at of [now - 50_000, now - 35_000, now - 34_999]) job.start({ commit, at });
  const numbersOf = async (startedBefore?: number) => {
    const found = await findStartedBuild({ ...options, startedBefore }, now - 60_000, now);
    return found.map(({ buildNumber }) => buildNumber).sort();
  };
  expect(await numbersOf()).toEqual([1, 2, 3]);
  // Five seconds are added because clocks differ.
  expect(await numbersOf(now - 40_000)).toEqual([1, 2]);
});
