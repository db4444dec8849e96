// Tests when a start is sent again, and how it ends when the step is cancelled. start.test.ts tests which builds are
// accepted as the one that a lost start created.

import { describe, expect, it } from 'vitest';
import { UncertainStartError } from '../../src/builds/find-lost-start.ts';
import { ApiError } from '../../src/codearts/errors.ts';
import type { Fault } from '../simulator/simulator.ts';
import {
  begin,
  cancelled,
  commit,
  kinds,
  lost,
  runStart,
  type StartCase,
  type StartResult,
  starts,
  unanswered,
  withoutEffect,
} from './run-start.ts';

const codeOf = ({ error }: StartResult) =>
  error instanceof ApiError && error.failure.kind === 'network' ? error.failure.code : undefined;

describe('a start without effect', () => {
  const throttled: Fault = { call: 'start', kind: 'throttled', retryAfter: '20' };

  it('is sent again when the service says, without a search for builds', async () => {
    const result = await runStart({ faults: [throttled] });
    expect({
      events: kinds(result),
      starts: starts(result),
      searches: result.world.simulator.count('records'),
    }).toEqual({ events: ['trying-again'], starts: 2, searches: 0 });
    expect(result.tookMs).toBe(22_500);
  });

  it('waits longer from one failure to the next', async () => {
    const result = await runStart({
      faults: [{ call: 'start', kind: 'too-frequent', times: 3 }],
    });
    const at = result.world.simulator.requests.map((request) => request.at);
    const waits = at.slice(1).map((moment, index) => moment - (at[index] ?? 0));
    expect(waits).toEqual([3_750, 7_500, 15_000]);
  });

  it.each([408, 422])('is not sent again when it is rejected with HTTP %i', async (status) => {
    const result = await runStart({ faults: [{ call: 'start', kind: 'status', status, code: 'CB.1' }] });
    expect({
      isApiError: result.error instanceof ApiError,
      events: kinds(result),
      starts: starts(result),
      tookMs: result.tookMs,
    }).toEqual({ isApiError: true, events: [], starts: 1, tookMs: 0 });
  });

  it('is not sent again when the response did not come from CodeArts', async () => {
    const result = await runStart({ faults: [{ call: 'start', kind: 'html', status: 404 }] });
    expect({
      isApiError: result.error instanceof ApiError,
      starts: starts(result),
      tookMs: result.tookMs,
    }).toEqual({ isApiError: true, starts: 1, tookMs: 0 });
  });

  it('waits as long as the service asks, up to ten minutes', async () => {
    const faults: readonly Fault[] = [{ call: 'start', kind: 'throttled', retryAfter: '600' }];
    const longest = await runStart({ faults, random: 0 });
    expect({ buildNumber: longest.started?.buildNumber, tookMs: longest.tookMs }).toEqual({
      buildNumber: 1,
      tookMs: 600_000,
    });
    const tooLong = await runStart({ faults, random: 0.01 });
    expect({ isApiError: tooLong.error instanceof ApiError, tookMs: tooLong.tookMs }).toEqual({
      isApiError: true,
      tookMs: 0,
    });
  });

  it.each([
    ['for half a minute when the host name is unknown', 'ENOTFOUND', 6],
    ['once when the certificate is not trusted', 'CERT_HAS_EXPIRED', 1],
  ])('is sent %s', async (_, code, times) => {
    let sent = 0;
    const start = () => {
      sent += 1;
      const failure = { kind: 'network' as const, code, mayHaveArrived: false, neverAnswered: true };
      return Promise.reject(new ApiError('start the build', failure));
    };
    const result = await runStart({ calls: () => ({ start }) });
    expect({ code: codeOf(result), sent }).toEqual({ code, sent: times });
  });

  it('is not sent again, and the error is thrown, after a bug in the program', async () => {
    const fault = new TypeError('a fault');
    const result = await runStart({ calls: () => ({ start: () => Promise.reject(fault) }) });
    expect({ error: result.error, events: result.events }).toEqual({ error: fault, events: [] });
  });

  it('is retried for half a minute when nothing listens', async () => {
    const result = await runStart({ endpoint: 'http://127.0.0.1:9' });
    expect(codeOf(result)).toBe('ECONNREFUSED');
    expect(result.tookMs).toBeGreaterThan(10_000);
    expect(result.tookMs).toBeLessThanOrEqual(30_000);
  });
});

describe('a start that is lost repeatedly', () => {
  it('is abandoned after ten minutes, with an error that says that a build may be running', async () => {
    const result = await runStart({ faults: [{ ...withoutEffect, times: 99 }] });
    expect({ starts: starts(result), tookMs: result.tookMs, lastEvent: kinds(result).at(-1) }).toEqual({
      starts: 10,
      tookMs: 650_000,
      lastEvent: 'searching',
    });
    expect(result.error).toBeInstanceOf(UncertainStartError);
    expect(String(result.error)).toMatch(
      /^UncertainStartError: CodeArts rejected the request to start the build: .* An earlier start was not confirmed, and no build of it was found: check the build task in CodeArts before you run the workflow again\.$/,
    );
    expect(result.error).toHaveProperty('cause.name', 'ApiError');
  });

  it('stays uncertain when a later attempt is rejected', async () => {
    const result = await runStart({
      faults: [withoutEffect, { call: 'start', kind: 'status', status: 403, code: 'APIGW.0302', after: 1 }],
    });
    expect({ starts: starts(result), isUncertain: result.error instanceof UncertainStartError }).toEqual({
      starts: 2,
      isUncertain: true,
    });
    expect(String(result.error)).toContain('APIGW.0302');
  });
});

describe('a cancelled start', () => {
  it('sends nothing if it is cancelled before startBuild is called', async () => {
    const result = await runStart({ cancelAfterMs: 0 });
    expect({ error: result.error, starts: starts(result) }).toEqual({ error: cancelled, starts: 0 });
  });

  it('waits two seconds for a response that is on its way', async () => {
    const result = await runStart({
      cancelAfterMs: 5_000,
      calls: ({ job, world: { time } }) => ({ start: () => time.sleep(6_900).then(() => begin(job)) }),
    });
    expect(result.started).toMatchObject({ buildNumber: 1, adopted: false });
    expect({ tookMs: result.tookMs, sleepers: result.world.time.sleepers }).toEqual({
      tookMs: 6_900,
      sleepers: 0,
    });
  });

  it('searches for the build if the response does not arrive within two seconds', async () => {
    const result = await runStart({
      cancelAfterMs: 5_000,
      calls: ({ job }) => ({
        start: (_, signal) => {
          begin(job);
          return unanswered(signal);
        },
      }),
    });
    expect(result.started).toMatchObject({ buildNumber: 1, adopted: true });
    expect({ tookMs: result.tookMs, searches: result.world.simulator.count('records') }).toEqual({
      tookMs: 7_000,
      searches: 1,
    });
  });

  it('searches for a second and a half at most', async () => {
    const result = await runStart({
      faults: [lost],
      on: (_, { cancel }) => cancel(),
      calls: () => ({ builds: (_, signal) => unanswered(signal) }),
    });
    expect(result.error).toBeInstanceOf(UncertainStartError);
    expect({ tookMs: result.tookMs, sleepers: result.world.time.sleepers }).toEqual({
      tookMs: 1_500,
      sleepers: 0,
    });
  });

  it('leaves no timer behind after the response', async () => {
    let cancelLate = () => {};
    const result = await runStart({
      calls: ({ job, cancel }) => {
        cancelLate = cancel;
        return { start: () => Promise.resolve(begin(job)) };
      },
    });
    cancelLate();
    expect({ buildNumber: result.started?.buildNumber, sleepers: result.world.time.sleepers }).toEqual({
      buildNumber: 1,
      sleepers: 0,
    });
  });

  it('reports that a build may still appear if the search finds none', async () => {
    const result = await runStart({
      faults: [withoutEffect],
      on: ({ kind }, { cancel }) => {
        if (kind === 'none-found') cancel();
      },
    });
    expect({ starts: starts(result), isUncertain: result.error instanceof UncertainStartError }).toEqual({
      starts: 1,
      isUncertain: true,
    });
  });

  it('sends nothing if it is cancelled before the request', async () => {
    const result = await runStart({
      faults: [{ call: 'start', kind: 'throttled', retryAfter: '20' }],
      on: (_, { cancel }) => cancel(),
    });
    expect({
      error: result.error,
      starts: starts(result),
      builds: result.job.builds.length,
      tookMs: result.tookMs,
    }).toEqual({ error: cancelled, starts: 1, builds: 0, tookMs: 0 });
  });

  it('ends at once while it waits for its next attempt', async () => {
    const result = await runStart({
      faults: [{ call: 'start', kind: 'throttled', retryAfter: '20' }],
      cancelAfterMs: 5_000,
    });
    expect({ error: result.error, starts: starts(result), tookMs: result.tookMs }).toEqual({
      error: cancelled,
      starts: 1,
      tookMs: 5_000,
    });
  });

  it('is uncertain after a lost response, although the attempt before had no effect', async () => {
    const result = await runStart({
      faults: [withoutEffect, { call: 'start', kind: 'throttled', retryAfter: '20', after: 1 }],
      on: ({ kind }, { cancel, world }) => {
        if (kind === 'trying-again') void world.time.sleep(1_000).then(cancel);
      },
    });
    expect(kinds(result)).toEqual(['searching', 'none-found', 'trying-again']);
    expect(result.error).toBeInstanceOf(UncertainStartError);
    expect(String(result.error)).toContain(
      'Cancelled while waiting for the response to the start of the build.',
    );
    expect(result.error).toHaveProperty('cause', cancelled);
  });

  it('still finds a build that appears during the search', async () => {
    const result = await runStart({
      faults: [lost],
      on: (_, { cancel }) => cancel(),
    });
    expect({
      buildNumber: result.started?.buildNumber,
      adopted: result.started?.adopted,
      tookMs: result.tookMs,
    }).toEqual({ buildNumber: 1, adopted: true, tookMs: 0 });
  });

  it('names both builds if two match during the search', async () => {
    const result = await runStart({
      faults: [lost],
      on: (_, { cancel, job, world }) => {
        job.start({ commit, at: world.time.now() });
        cancel();
      },
    });
    expect(String(result.error)).toContain('more than one build of the build task may be the one: #2, #1.');
  });

  it("is uncertain if the list can't be read or is empty during the search", async () => {
    const on: StartCase['on'] = (_, { cancel }) => cancel();
    const unread = await runStart({ faults: [lost, { call: 'records', kind: 'busy' }], on });
    expect({
      isUncertain: unread.error instanceof UncertainStartError,
      searches: unread.world.simulator.count('records'),
    }).toEqual({ isUncertain: true, searches: 1 });
    const unseen = await runStart({ faults: [lost], recordAfterSeconds: 20, on });
    expect(unseen.error).toBeInstanceOf(UncertainStartError);
    expect(unseen.error).toHaveProperty('cause', cancelled);
  });
});
