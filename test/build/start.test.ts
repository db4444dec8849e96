// A start whose answer is lost: which builds count as the one it began, how long they are looked for, and what a
// cancel leaves of it. Each case counts the starts that reached the server.

import { describe, expect, it } from 'vitest';
import { type StartEvent, type Started, startBuild, UncertainStartError } from '../../src/build/start.ts';
import { CallError } from '../../src/codearts/errors.ts';
import type { Fault, Job } from '../simulator/simulator.ts';
import { type Connected, connected } from './client.ts';

const commit = 'a3dacedeadbeefdeadbeefdeadbeefdeadbeef12';
const other = '0123456789abcdef0123456789abcdef01234567';
const lost: Fault = { call: 'start', kind: 'reset-after' };
/** The answer is lost, and the service has not begun anything. */
const vain: Fault = { call: 'start', kind: 'busy' };

interface Attempt {
  readonly faults?: readonly Fault[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly commitId?: string | undefined;
  readonly recordAfterSeconds?: number;
  readonly endpoint?: string;
  /** What is there before the start. */
  readonly before?: (job: Job, now: number) => void;
  /** Called with each event, and a way to cancel. */
  readonly on?: (event: StartEvent, around: { cancel: () => void; job: Job; world: Connected }) => void;
  readonly cancelAfterMs?: number;
}

interface Attempted {
  readonly started: Started | undefined;
  readonly error: unknown;
  readonly events: readonly StartEvent[];
  readonly world: Connected;
  readonly job: Job;
  readonly tookMs: number;
}

const cancelled = new Error('cancelled');

async function attempt(what: Attempt): Promise<Attempted> {
  const world = await connected(what.endpoint);
  const { simulator, time, client } = world;
  const { recordAfterSeconds = 0, parameters = {} } = what;
  const scenario = {
    name: 'short',
    description: 'a build of a minute',
    recordAfterSeconds,
    steps: [{ name: 'Run', seconds: 60, lines: ['one'] }],
  };
  const job = simulator.addJob({ name: 'shop', scenario, parameters: [{ name: 'leg' }] });
  what.before?.(job, time.now());
  for (const fault of what.faults ?? []) simulator.faults.add(fault);
  const events: StartEvent[] = [];
  const cancel = new AbortController();
  if (what.cancelAfterMs !== undefined) {
    void time.sleep(what.cancelAfterMs).then(() => cancel.abort(cancelled));
  }
  const begun = time.now();
  const options = {
    client,
    request: {
      jobId: job.id,
      parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
      scm: { build_type: 'commitId', build_commit_id: commit },
    },
    commitId: 'commitId' in what ? what.commitId : commit,
    clock: time,
    random: () => 0.5,
    signal: cancel.signal,
    tell: (event: StartEvent) => {
      events.push(event);
      what.on?.(event, { cancel: () => cancel.abort(cancelled), job, world });
    },
  };
  const [started, error] = await startBuild(options).then(
    (value): [Started, undefined] => [value, undefined],
    (reason: unknown): [undefined, unknown] => [undefined, reason],
  );
  return { started, error, events, world, job, tookMs: time.now() - begun };
}

const kinds = ({ events }: Attempted) => events.map(({ kind }) => kind);
const starts = ({ world }: Attempted) => world.simulator.count('start');
const codeOf = ({ error }: Attempted) =>
  error instanceof CallError && error.failure.kind === 'unreachable' ? error.failure.code : undefined;

describe('the answer to a start', () => {
  it('is all there is to tell when it comes', async () => {
    const told = await attempt({});
    const [build] = told.job.builds;
    expect(told.started).toEqual({
      buildNumber: 1,
      dailyBuildNumber: build?.facts.dailyNumber,
      adopted: false,
    });
    expect([told.events, told.tookMs]).toEqual([[], 0]);
  });

  it('that is lost is made up for by the list of builds', async () => {
    const told = await attempt({ faults: [lost] });
    const [build] = told.job.builds;
    expect(told.started).toEqual({
      buildNumber: 1,
      dailyBuildNumber: build?.facts.dailyNumber,
      adopted: true,
    });
    expect([kinds(told), starts(told)]).toEqual([['searching'], 1]);
  });

  it('that is lost without an effect is asked for again, after half a minute of looking', async () => {
    const told = await attempt({ faults: [vain] });
    expect([kinds(told), told.started?.adopted, starts(told)]).toEqual([
      ['searching', 'none-found'],
      false,
      2,
    ]);
    expect([told.tookMs, told.world.simulator.count('records')]).toEqual([30_000, 6]);
  });

  it('is not searched for longer than a minute when each look takes its time', async () => {
    const slow: Fault = { call: 'records', kind: 'throttled', retryAfter: '40', times: 2 };
    const told = await attempt({ faults: [vain, slow] });
    expect([kinds(told), told.job.builds.length]).toEqual([['searching', 'none-found'], 1]);
    // Twice 40 seconds of the service’s own asking, and one look after them: not half a minute of looks on top.
    expect(told.world.simulator.count('records')).toBe(3);
    expect(told.tookMs).toBeLessThan(95_000);
  });
});

describe('the build of a lost start', () => {
  it('is not one that began more than five seconds before it', async () => {
    const told = await attempt({
      faults: [lost],
      before: (job, now) => job.start({ commit, at: now - 6_000 }),
    });
    expect(told.started?.buildNumber).toBe(2);
  });

  it('may be one that a clock in the service dates a few seconds back: then nobody can tell', async () => {
    const told = await attempt({
      faults: [lost],
      before: (job, now) => job.start({ commit, at: now - 4_000 }),
    });
    expect(told.error).toBeInstanceOf(UncertainStartError);
    expect(String(told.error)).toContain('more than one build of the job may be the one: #2, #1.');
  });

  it('has the commit that was asked for', async () => {
    const before = (job: Job, now: number) => job.start({ commit: other, at: now });
    expect((await attempt({ faults: [lost], before })).started?.buildNumber).toBe(2);
  });

  it('may have any commit where the job decides', async () => {
    const before = (job: Job, now: number) => job.start({ commit: other, at: now });
    const told = await attempt({ faults: [lost], before, commitId: undefined });
    expect(String(told.error)).toContain('#2, #1');
  });

  it.each(['commit_id', 'start_time'])('is found though the list lacks its %s', async (field) => {
    const rewrite: Fault = {
      call: 'records',
      kind: 'rewrite',
      rewrite: (body) =>
        JSON.parse(JSON.stringify(body).replace(new RegExp(`("${field}"):(?:"[^"]*"|\\d+)`, 'g'), '$1:null')),
    };
    expect((await attempt({ faults: [lost, rewrite] })).started?.adopted).toBe(true);
  });

  it('has the values that were asked for, or stars', async () => {
    const before = (job: Job, now: number) => {
      job.start({ commit, at: now, parameters: { leg: 'b' } });
      job.start({ commit, at: now, parameters: { leg: 'a*' } });
      job.start({ commit, at: now, parameters: { leg: '*a' } });
    };
    const told = await attempt({ faults: [lost], before, parameters: { leg: 'a' } });
    expect(told.started?.buildNumber).toBe(4);
    const starred = await attempt({
      faults: [lost],
      before: (job, now) => job.start({ commit, at: now, parameters: { leg: '***' } }),
      parameters: { leg: 'a' },
    });
    expect(String(starred.error)).toContain('#2, #1');
  });

  it('is told by every value, not by one of them', async () => {
    const before = (job: Job, now: number) =>
      job.start({ commit, at: now, parameters: { leg: 'a', mode: 'slow' } });
    const told = await attempt({ faults: [lost], before, parameters: { leg: 'a', mode: 'fast' } });
    expect(told.started?.buildNumber).toBe(2);
  });

  it('is not one that lacks a parameter which was asked for', async () => {
    const before = (job: Job, now: number) => job.start({ commit, at: now, parameters: { leg: 'a' } });
    const told = await attempt({ faults: [lost], before, parameters: { leg: 'a', mode: 'fast' } });
    expect(told.started?.buildNumber).toBe(2);
  });

  it('needs no look at its parameters where none was given', async () => {
    const told = await attempt({ faults: [lost] });
    expect([told.started?.adopted, told.world.simulator.count('details')]).toEqual([true, 0]);
  });

  it('may be one whose parameters are kept from us, or not told', async () => {
    const hidden: Fault = { call: 'details', kind: 'status', status: 403, code: 'APIGW.0302', times: 9 };
    const told = await attempt({ faults: [lost, hidden], parameters: { leg: 'a' } });
    expect(told.started?.adopted).toBe(true);
    const untold: Fault = {
      call: 'details',
      kind: 'rewrite',
      times: 9,
      rewrite: () => ({ result: { job_name: 'shop', build_steps: [] }, status: 'success' }),
    };
    const without = await attempt({ faults: [lost, untold], parameters: { leg: 'a' } });
    expect(without.started?.adopted).toBe(true);
  });

  it('is looked at once more when its parameters can’t be read for a moment', async () => {
    const faults: readonly Fault[] = [lost, { call: 'details', kind: 'busy' }];
    const before = (job: Job, now: number) => job.start({ commit, at: now, parameters: { leg: 'b' } });
    const told = await attempt({ faults, before, parameters: { leg: 'a' } });
    expect([told.started?.buildNumber, told.world.simulator.count('details')]).toEqual([2, 3]);
  });

  it('may be in a list that is not to be read: then a build may run, and nothing else is known', async () => {
    const forbidden: Fault = {
      call: 'records',
      kind: 'status',
      status: 403,
      code: 'APIGW.0302',
      message: '没有权限',
    };
    const told = await attempt({ faults: [lost, forbidden] });
    expect(told.error).toBeInstanceOf(UncertainStartError);
    expect(String(told.error)).toMatch(
      /^UncertainStartError: A build may have been started, but its start was not confirmed \(Could not start .*\) and the job’s builds could not be read: CodeArts refused to .*没有权限.* Look at the job in CodeArts before you run this again\.$/,
    );
    expect(told.error).toHaveProperty('cause.failure.status', 403);
  });
});

describe('a start that had no effect', () => {
  const throttled: Fault = { call: 'start', kind: 'throttled', retryAfter: '20' };

  it('is sent again when the service says, without a look for builds', async () => {
    const told = await attempt({ faults: [throttled] });
    expect([kinds(told), starts(told), told.world.simulator.count('records')]).toEqual([
      ['trying-again'],
      2,
      0,
    ]);
    expect(told.tookMs).toBe(22_500);
  });

  it('waits longer from one failure to the next', async () => {
    const told = await attempt({
      faults: [{ call: 'start', kind: 'too-frequent', times: 3 }],
    });
    const at = told.world.simulator.requests.map((request) => request.at);
    const waits = at.slice(1).map((moment, index) => moment - (at[index] ?? 0));
    expect(waits).toEqual([3_750, 7_500, 15_000]);
  });

  it('is refused for good where it is refused in earnest', async () => {
    const told = await attempt({ faults: [{ call: 'start', kind: 'status', status: 422, code: 'CB.1' }] });
    expect([told.error instanceof CallError, kinds(told), starts(told), told.tookMs]).toEqual([
      true,
      [],
      1,
      0,
    ]);
  });

  it('is tried for ten minutes where nobody listens', async () => {
    const told = await attempt({ endpoint: 'http://127.0.0.1:9' });
    expect(codeOf(told)).toBe('ECONNREFUSED');
    expect(told.tookMs).toBeGreaterThan(9.5 * 60_000);
    expect(told.tookMs).toBeLessThanOrEqual(10 * 60_000);
  });
});

describe('a cancel', () => {
  it('before anything was sent begins nothing', async () => {
    const told = await attempt({
      faults: [{ call: 'start', kind: 'throttled', retryAfter: '20' }],
      on: (_, { cancel }) => cancel(),
    });
    expect([told.error, starts(told), told.job.builds.length, told.tookMs]).toEqual([cancelled, 1, 0, 0]);
  });

  it('while an effectless start waits for its next attempt ends it at once', async () => {
    const told = await attempt({
      faults: [{ call: 'start', kind: 'throttled', retryAfter: '20' }],
      cancelAfterMs: 5_000,
    });
    expect([told.error, starts(told), told.tookMs]).toEqual([cancelled, 1, 5_000]);
  });

  it('after a lost start is told as uncertain, though the attempt before it had no effect', async () => {
    const told = await attempt({
      faults: [vain, { call: 'start', kind: 'throttled', retryAfter: '20', after: 1 }],
      on: ({ kind }, { cancel, world }) => {
        if (kind === 'trying-again') void world.time.sleep(1_000).then(cancel);
      },
    });
    expect(kinds(told)).toEqual(['searching', 'none-found', 'trying-again']);
    expect(told.error).toBeInstanceOf(UncertainStartError);
    expect(String(told.error)).toContain('Cancelled while the answer to the start of the build was awaited.');
    expect(told.error).toHaveProperty('cause', cancelled);
  });

  it('during the search still finds the build that shows', async () => {
    const told = await attempt({
      faults: [lost],
      on: (_, { cancel }) => cancel(),
    });
    expect([told.started?.buildNumber, told.started?.adopted, told.tookMs]).toEqual([1, true, 0]);
  });

  it('during the search names both builds that may be the one', async () => {
    const told = await attempt({
      faults: [lost],
      on: (_, { cancel, job, world }) => {
        job.start({ commit, at: world.time.now() });
        cancel();
      },
    });
    expect(String(told.error)).toContain('more than one build of the job may be the one: #2, #1.');
  });

  it('during the search is uncertain where the list can’t be read or shows none', async () => {
    const on: Attempt['on'] = (_, { cancel }) => cancel();
    const unread = await attempt({ faults: [lost, { call: 'records', kind: 'busy' }], on });
    expect([unread.error instanceof UncertainStartError, unread.world.simulator.count('records')]).toEqual([
      true,
      1,
    ]);
    const unseen = await attempt({ faults: [lost], recordAfterSeconds: 20, on });
    expect(unseen.error).toBeInstanceOf(UncertainStartError);
    expect(unseen.error).toHaveProperty('cause', cancelled);
  });
});
