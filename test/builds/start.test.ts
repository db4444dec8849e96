// Tests a start whose response is lost: which builds are accepted as its build, and how long the search takes.
// start-again.test.ts tests cancellation and when a start is sent again.

import { describe, expect, it } from 'vitest';
import { UncertainStartError } from '../../src/builds/find-lost-start.ts';
import { type Fault, type Job, rewriteJson } from '../simulator/simulator.ts';
import { commit, kinds, lost, runStart, starts, withoutEffect } from './run-start.ts';

const other = '0123456789abcdef0123456789abcdef01234567';

/** Shifts the date of every build in the list of builds by so many milliseconds. */
function listDated(ms: number): Fault {
  const later = (_: string, at: string) => `"start_time":${Number(at) + ms}`;
  return rewriteJson('records', /"start_time":(\d+)/g, later);
}

function recordDated(ms: number): Fault {
  const later = (_: string, at: string) => `"create_time":"${new Date(Date.parse(at) + ms).toISOString()}"`;
  return rewriteJson('record', /"create_time":"([^"]+)"/g, later);
}

describe('a start', () => {
  it('takes the build number from the response, and reports nothing', async () => {
    const result = await runStart({});
    const [build] = result.job.builds;
    expect(result.started).toEqual({
      buildNumber: 1,
      dailyBuildNumber: build?.facts.dailyNumber,
      adopted: false,
    });
    expect({ events: result.events, tookMs: result.tookMs }).toEqual({ events: [], tookMs: 0 });
  });

  it('takes the build number from the list of builds when the response is lost', async () => {
    const result = await runStart({ faults: [lost] });
    const [build] = result.job.builds;
    expect(result.started).toEqual({
      buildNumber: 1,
      dailyBuildNumber: build?.facts.dailyNumber,
      adopted: true,
    });
    expect({ events: kinds(result), starts: starts(result) }).toEqual({ events: ['searching'], starts: 1 });
  });

  it('is sent again, after a minute of searching, when it had no effect', async () => {
    const result = await runStart({ faults: [withoutEffect] });
    expect({ events: kinds(result), adopted: result.started?.adopted, starts: starts(result) }).toEqual({
      events: ['searching', 'none-found'],
      adopted: false,
      starts: 2,
    });
    expect({ tookMs: result.tookMs, searches: result.world.simulator.count('records') }).toEqual({
      tookMs: 65_000,
      searches: 8,
    });
  });

  it('searches for its build for two minutes at most when each search takes long', async () => {
    const slow: Fault = { call: 'records', kind: 'throttled', retryAfter: '70', times: 2 };
    const result = await runStart({ faults: [withoutEffect, slow] });
    expect({ events: kinds(result), builds: result.job.builds.length }).toEqual({
      events: ['searching', 'none-found'],
      builds: 1,
    });
    // The service asks twice for a pause of 70 seconds; a single search follows, not another minute of searches.
    expect(result.world.simulator.count('records')).toBe(3);
    expect(result.tookMs).toBeLessThan(165_000);
  });
});

describe('the build of a lost start', () => {
  it('is not one that began more than five seconds before it', async () => {
    const result = await runStart({
      faults: [lost],
      before: (job, now) => job.start({ commit, at: now - 6_000 }),
    });
    expect(result.started?.buildNumber).toBe(2);
  });

  it('is uncertain when the list dates a build five seconds back', async () => {
    const result = await runStart({
      faults: [lost],
      before: (job, now) => job.start({ commit, at: now - 5_000 }),
    });
    expect(result.error).toBeInstanceOf(UncertainStartError);
    expect(String(result.error)).toContain('more than one build of the build task may be the one: #2, #1.');
  });

  it('is found although the service dates it five seconds ahead', async () => {
    const result = await runStart({ faults: [lost, listDated(5_000)] });
    expect({ adopted: result.started?.adopted, starts: starts(result) }).toEqual({
      adopted: true,
      starts: 1,
    });
  });

  it('is found by its record when only the list dates it further ahead', async () => {
    const result = await runStart({ faults: [lost, listDated(6_000)] });
    expect({ adopted: result.started?.adopted, starts: starts(result) }).toEqual({
      adopted: true,
      starts: 1,
    });
  });

  it('is uncertain when list and record date it further ahead', async () => {
    const result = await runStart({ faults: [lost, listDated(6_000), recordDated(6_000)] });
    expect(result.error).toBeInstanceOf(UncertainStartError);
    expect(String(result.error)).toMatch(
      /^UncertainStartError: The start of the build was not confirmed, and the dates of build #1 don't show whether it is the one\. Check it in CodeArts/,
    );
  });

  it('is uncertain when its record dates it before the start', async () => {
    const result = await runStart({ faults: [lost, recordDated(-6_000)] });
    expect(result.error).toBeInstanceOf(UncertainStartError);
    expect(String(result.error)).toContain("the dates of build #1 don't show whether it is the one");
    const near = await runStart({ faults: [lost, recordDated(-5_000)] });
    expect({ adopted: near.started?.adopted, starts: starts(near) }).toEqual({ adopted: true, starts: 1 });
  });

  it('is found although the list omits its branch, but not with another branch', async () => {
    const scm = { branch: 'main', build_type: 'branch' };
    const branchless = rewriteJson('records', '"branch":"main"', '"branch":null');
    const before = (job: Job, now: number) =>
      job.start({ at: now, branch: 'feature/x', buildType: 'branch' });
    for (const faults of [[lost], [lost, branchless]]) {
      const result = await runStart({ faults, before, commitId: undefined, scm });
      expect({ buildNumber: result.started?.buildNumber, starts: starts(result) }).toEqual({
        buildNumber: 2,
        starts: 1,
      });
    }
  });

  it('is found although its record names neither tag nor branch, but not with a branch alone', async () => {
    const scm = { build_tag: 'v1' };
    const rewritten = (tag: string, branch: string): readonly Fault[] => [
      rewriteJson('record', '"tag":"v1"', `"tag":${tag}`),
      rewriteJson('record', /"branch":(?:null|"[^"]*")/g, `"branch":${branch}`),
    ];
    const unlisted = await runStart({
      faults: [lost, ...rewritten('null', 'null')],
      commitId: undefined,
      scm,
    });
    expect({ adopted: unlisted.started?.adopted, starts: starts(unlisted) }).toEqual({
      adopted: true,
      starts: 1,
    });
    const other = await runStart({
      faults: [lost, ...rewritten('null', '"main"')],
      commitId: undefined,
      scm,
    });
    expect({ adopted: other.started?.adopted, starts: starts(other) }).toEqual({ adopted: false, starts: 2 });
  });

  const minute = 60_000;

  it.each([-5 * minute, 5 * minute])(
    'is found when the service dates builds by a clock that is %i ms off',
    async (skewMs) => {
      // The response contains the gateway's time, but no build.
      const busy: Fault = { call: 'start', kind: 'busy', acted: true };
      for (const fault of [lost, busy]) {
        const result = await runStart({ faults: [fault], skewMs });
        expect({ adopted: result.started?.adopted, starts: starts(result), tookMs: result.tookMs }).toEqual({
          adopted: true,
          starts: 1,
          tookMs: 0,
        });
      }
    },
  );

  it('is found only with the requested commit', async () => {
    const before = (job: Job, now: number) => job.start({ commit: other, at: now });
    expect((await runStart({ faults: [lost], before })).started?.buildNumber).toBe(2);
  });

  it('is found with any commit when the job decides what is built', async () => {
    const before = (job: Job, now: number) => job.start({ commit: other, at: now });
    const result = await runStart({ faults: [lost], before, commitId: undefined });
    expect(String(result.error)).toContain('#2, #1');
  });

  it.each(['commit_id', 'start_time'])('is found at once although the list lacks its %s', async (field) => {
    const rewrite: Fault = {
      ...rewriteJson('records', new RegExp(`("${field}"):(?:"[^"]*"|\\d+)`, 'g'), '$1:null'),
      times: 1,
    };
    const result = await runStart({ faults: [lost, rewrite] });
    expect({ adopted: result.started?.adopted, searches: result.world.simulator.count('records') }).toEqual({
      adopted: true,
      searches: 1,
    });
  });

  it('is found by the requested values, or by asterisks in their place', async () => {
    const before = (job: Job, now: number) => {
      job.start({ commit, at: now, parameters: { leg: 'b' } });
      job.start({ commit, at: now, parameters: { leg: 'a*' } });
      job.start({ commit, at: now, parameters: { leg: '*a' } });
    };
    const result = await runStart({ faults: [lost], before, parameters: { leg: 'a' } });
    expect(result.started?.buildNumber).toBe(4);
    const masked = await runStart({
      faults: [lost],
      before: (job, now) => job.start({ commit, at: now, parameters: { leg: '***' } }),
      parameters: { leg: 'a' },
    });
    expect(String(masked.error)).toContain('#2, #1');
  });

  it('is found only when every value matches', async () => {
    const before = (job: Job, now: number) =>
      job.start({ commit, at: now, parameters: { leg: 'a', mode: 'slow' } });
    const result = await runStart({ faults: [lost], before, parameters: { leg: 'a', mode: 'fast' } });
    expect(result.started?.buildNumber).toBe(2);
  });

  it('is found although the service does not list every parameter', async () => {
    const unlisted = rewriteJson('details', /"codeBranch":"[^"]*",?/g, '');
    const result = await runStart({ faults: [lost, unlisted], parameters: { codeBranch: 'main', leg: 'a' } });
    expect({ adopted: result.started?.adopted, builds: result.job.builds.length }).toEqual({
      adopted: true,
      builds: 1,
    });
  });

  it('is found only with the requested tag and branch', async () => {
    const before = (job: Job, now: number) => {
      job.start({ at: now, tag: 'v1.3.0', buildType: 'tag' });
      job.start({ at: now, branch: 'feature/x', buildType: 'branch' });
    };
    const tagged = await runStart({
      faults: [lost],
      before,
      commitId: undefined,
      scm: { build_tag: 'v1.4.0' },
    });
    expect(tagged.started?.buildNumber).toBe(3);
    const scm = { branch: 'main', build_type: 'branch' };
    const ofBranch = await runStart({ faults: [lost], before, commitId: undefined, scm });
    expect(String(ofBranch.error)).toContain('may be the one: #3, #1.');
  });

  it('is found although its record is rejected, and the record is read again after a transient error', async () => {
    const scm = { build_tag: 'v1.4.0' };
    const kept: Fault = { call: 'record', kind: 'status', status: 403, code: 'APIGW.0302' };
    const result = await runStart({ faults: [lost, kept], commitId: undefined, scm });
    expect({ adopted: result.started?.adopted, records: result.world.simulator.count('record') }).toEqual({
      adopted: true,
      records: 1,
    });
    const busy: Fault = { call: 'record', kind: 'busy' };
    const again = await runStart({ faults: [lost, busy], commitId: undefined, scm });
    expect({ adopted: again.started?.adopted, records: again.world.simulator.count('record') }).toEqual({
      adopted: true,
      records: 2,
    });
  });

  it('is found without reading its parameters when none was given', async () => {
    const result = await runStart({ faults: [lost] });
    expect({ adopted: result.started?.adopted, details: result.world.simulator.count('details') }).toEqual({
      adopted: true,
      details: 0,
    });
  });

  it('is found although its parameters are rejected or missing', async () => {
    const hidden: Fault = { call: 'details', kind: 'status', status: 403, code: 'APIGW.0302', times: 9 };
    const result = await runStart({ faults: [lost, hidden], parameters: { leg: 'a' } });
    expect(result.started?.adopted).toBe(true);
    const unlisted: Fault = {
      call: 'details',
      kind: 'rewrite',
      times: 9,
      rewrite: () => ({ result: { job_name: 'shop', build_steps: [] }, status: 'success' }),
    };
    const without = await runStart({ faults: [lost, unlisted], parameters: { leg: 'a' } });
    expect(without.started?.adopted).toBe(true);
  });

  it('is found by parameters that are read again after a transient error', async () => {
    const faults: readonly Fault[] = [lost, { call: 'details', kind: 'busy' }];
    const before = (job: Job, now: number) => job.start({ commit, at: now, parameters: { leg: 'b' } });
    const result = await runStart({ faults, before, parameters: { leg: 'a' } });
    expect({
      buildNumber: result.started?.buildNumber,
      details: result.world.simulator.count('details'),
    }).toEqual({ buildNumber: 2, details: 3 });
  });

  it("is uncertain when the list of builds can't be read", async () => {
    const forbidden: Fault = {
      call: 'records',
      kind: 'status',
      status: 403,
      code: 'APIGW.0302',
      message: '没有权限',
    };
    const result = await runStart({ faults: [lost, forbidden] });
    expect(result.error).toBeInstanceOf(UncertainStartError);
    expect(String(result.error)).toMatch(
      /^UncertainStartError: A build may have been started, but its start was not confirmed \(Could not start .*\) and the build task's builds could not be read: CodeArts rejected the request to .*没有权限.* Check the build task in CodeArts before you run the workflow again\.$/,
    );
    expect(result.error).toHaveProperty('cause.failure.status', 403);
  });
});
