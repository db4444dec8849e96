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
    const told = await runStart({ faults: [throttled] });
    expect({
      events: kinds(told),
      starts: starts(told),
      searches: told.world.simulator.count('records'),
    }).toEqual({ events: ['trying-again'], starts: 2, searches: 0 });
    expect(told.tookMs).toBe(22_500);
  });

  it('waits longer from one failure to the next', async () => {
    const told = await runStart({
      faults: [{ call: 'start', kind: 'too-frequent', times: 3 }],
    });
    const at = told.world.simulator.requests.map((request) => request.at);
    const waits = at.slice(1).map((moment, index) => moment - (at[index] ?? 0));
    expect(waits).toEqual([3_750, 7_500, 15_000]);
  });

  it.each([408, 422])('is not sent again when it is rejected with HTTP %i', async (status) => {
    const told = await runStart({ faults: [{ call: 'start', kind: 'status', status, code: 'CB.1' }] });
    expect({
      isApiError: told.error instanceof ApiError,
      events: kinds(told),
      starts: starts(told),
      tookMs: told.tookMs,
    }).toEqual({ isApiError: true, events: [], starts: 1, tookMs: 0 });
  });

  it('is not sent again when the response did not come from CodeArts', async () => {
    const told = await runStart({ faults: [{ call: 'start', kind: 'html', status: 404 }] });
    expect({ isApiError: told.error instanceof ApiError, starts: starts(told), tookMs: told.tookMs }).toEqual(
      { isApiError: true, starts: 1, tookMs: 0 },
    );
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
    const told = await runStart({ calls: () => ({ start }) });
    expect({ code: codeOf(told), sent }).toEqual({ code, sent: times });
  });

  it('is not sent again, and the error is thrown, after a bug in the program', async () => {
    const fault = new TypeError('a fault');
    const told = await runStart({ calls: () => ({ start: () => Promise.reject(fault) }) });
    expect({ error: told.error, events: told.events }).toEqual({ error: fault, events: [] });
  });

  it('is retried for half a minute when nothing listens', async () => {
    const told = await runStart({ endpoint: 'http://127.0.0.1:9' });
    expect(codeOf(told)).toBe('ECONNREFUSED');
    expect(told.tookMs).toBeGreaterThan(10_000);
    expect(told.tookMs).toBeLessThanOrEqual(30_000);
  });
});

describe('a start that is lost repeatedly', () => {
  it('is abandoned after ten minutes, with an error that says that a build may be running', async () => {
    const told = await runStart({ faults: [{ ...withoutEffect, times: 99 }] });
    expect({ starts: starts(told), tookMs: told.tookMs, lastEvent: kinds(told).at(-1) }).toEqual({
      starts: 10,
      tookMs: 650_000,
      lastEvent: 'searching',
    });
    expect(told.error).toBeInstanceOf(UncertainStartError);
    expect(String(told.error)).toMatch(
      /^UncertainStartError: CodeArts rejected the request to start the build: .* An earlier start was not confirmed, and no build of it was found: check the build task in CodeArts before you run the workflow again\.$/,
    );
    expect(told.error).toHaveProperty('cause.name', 'ApiError');
  });

  it('stays uncertain when a later attempt is rejected', async () => {
    const told = await runStart({
      faults: [withoutEffect, { call: 'start', kind: 'status', status: 403, code: 'APIGW.0302', after: 1 }],
    });
    expect({ starts: starts(told), isUncertain: told.error instanceof UncertainStartError }).toEqual({
      starts: 2,
      isUncertain: true,
    });
    expect(String(told.error)).toContain('APIGW.0302');
  });
});

describe('a cancelled start', () => {
  it('sends nothing if it is cancelled before startBuild is called', async () => {
    const told = await runStart({ cancelAfterMs: 0 });
    expect({ error: told.error, starts: starts(told) }).toEqual({ error: cancelled, starts: 0 });
  });

  it('waits two seconds for a response that is on its way', async () => {
    const told = await runStart({
      cancelAfterMs: 5_000,
      calls: ({ job, world: { time } }) => ({ start: () => time.sleep(6_900).then(() => begin(job)) }),
    });
    expect(told.started).toMatchObject({ buildNumber: 1, adopted: false });
    expect({ tookMs: told.tookMs, sleepers: told.world.time.sleepers }).toEqual({
      tookMs: 6_900,
      sleepers: 0,
    });
  });

  it('searches for the build if the response does not arrive within two seconds', async () => {
    const told = await runStart({
      cancelAfterMs: 5_000,
      calls: ({ job }) => ({
        start: (_, signal) => {
          begin(job);
          return unanswered(signal);
        },
      }),
    });
    expect(told.started).toMatchObject({ buildNumber: 1, adopted: true });
    expect({ tookMs: told.tookMs, searches: told.world.simulator.count('records') }).toEqual({
      tookMs: 7_000,
      searches: 1,
    });
  });

  it('searches for a second and a half at most', async () => {
    const told = await runStart({
      faults: [lost],
      on: (_, { cancel }) => cancel(),
      calls: () => ({ builds: (...[, , , signal]) => unanswered(signal) }),
    });
    expect(told.error).toBeInstanceOf(UncertainStartError);
    expect({ tookMs: told.tookMs, sleepers: told.world.time.sleepers }).toEqual({
      tookMs: 1_500,
      sleepers: 0,
    });
  });

  it('leaves no timer behind after the response', async () => {
    let cancelLate = () => {};
    const told = await runStart({
      calls: ({ job, cancel }) => {
        cancelLate = cancel;
        return { start: () => Promise.resolve(begin(job)) };
      },
    });
    cancelLate();
    expect({ buildNumber: told.started?.buildNumber, sleepers: told.world.time.sleepers }).toEqual({
      buildNumber: 1,
      sleepers: 0,
    });
  });

  it('reports that a build may still appear if the search finds none', async () => {
    const told = await runStart({
      faults: [withoutEffect],
      on: ({ kind }, { cancel }) => {
        if (kind === 'none-found') cancel();
      },
    });
    expect({ starts: starts(told), isUncertain: told.error instanceof UncertainStartError }).toEqual({
      starts: 1,
      isUncertain: true,
    });
  });

  it('sends nothing if it is cancelled before the request', async () => {
    const told = await runStart({
      faults: [{ call: 'start', kind: 'throttled', retryAfter: '20' }],
      on: (_, { cancel }) => cancel(),
    });
    expect({
      error: told.error,
      starts: starts(told),
      builds: told.job.builds.length,
      tookMs: told.tookMs,
    }).toEqual({ error: cancelled, starts: 1, builds: 0, tookMs: 0 });
  });

  it('ends at once while it waits for its next attempt', async () => {
    const told = await runStart({
      faults: [{ call: 'start', kind: 'throttled', retryAfter: '20' }],
      cancelAfterMs: 5_000,
    });
    expect({ error: told.error, starts: starts(told), tookMs: told.tookMs }).toEqual({
      error: cancelled,
      starts: 1,
      tookMs: 5_000,
    });
  });

  it('is uncertain after a lost response, although the attempt before had no effect', async () => {
    const told = await runStart({
      faults: [withoutEffect, { call: 'start', kind: 'throttled', retryAfter: '20', after: 1 }],
      on: ({ kind }, { cancel, world }) => {
        if (kind === 'trying-again') void world.time.sleep(1_000).then(cancel);
      },
    });
    expect(kinds(told)).toEqual(['searching', 'none-found', 'trying-again']);
    expect(told.error).toBeInstanceOf(UncertainStartError);
    expect(String(told.error)).toContain(
      'Cancelled while waiting for the response to the start of the build.',
    );
    expect(told.error).toHaveProperty('cause', cancelled);
  });

  it('still finds a build that appears during the search', async () => {
    const told = await runStart({
      faults: [lost],
      on: (_, { cancel }) => cancel(),
    });
    expect({
      buildNumber: told.started?.buildNumber,
      adopted: told.started?.adopted,
      tookMs: told.tookMs,
    }).toEqual({ buildNumber: 1, adopted: true, tookMs: 0 });
  });

  it('names both builds if two match during the search', async () => {
    const told = await runStart({
      faults: [lost],
      on: (_, { cancel, job, world }) => {
        job.start({ commit, at: world.time.now() });
        cancel();
      },
    });
    expect(String(told.error)).toContain('more than one build of the build task may be the one: #2, #1.');
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
