// Tests records that are wrong, late or of another build: the step passes only when this very build succeeded.

import { describe, expect, it } from 'vitest';
import { type Fault, rewriteJson } from '../simulator/simulator.ts';
import { openGitHubApi } from './github-api.ts';
import { commit, openWorld, runStep } from './story.ts';
import { expectWholeLog } from './whole.ts';

const minute = 60_000;

/** Replaces the record's status in the responses that `when` selects. */
function withStatus(status: string, when: (place: number) => boolean): Fault {
  let place = 0;
  return {
    call: 'record',
    kind: 'rewrite',
    times: 1_000_000,
    rewrite: (body) => {
      place += 1;
      if (!when(place) || typeof body !== 'object' || body === null || !('result' in body)) return body;
      const { result } = body;
      return typeof result === 'object' && result !== null
        ? { ...body, result: { ...result, status } }
        : body;
    },
  };
}

describe('the result of a build', () => {
  it('is polled slowly when the record lags behind the log', async () => {
    const world = await openWorld();
    world.simulator.faults.add(withStatus('Running', (place) => place < 60));
    const step = await runStep({ world });
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
    const [build] = world.simulator.builds(step.jobId);
    const late = world.simulator.requests.filter(
      ({ call, at }) => call === 'record' && at > (build?.endedAt ?? 0),
    );
    const minutes = ((late.at(-1)?.at ?? 0) - (late[0]?.at ?? 0)) / minute;
    expect(minutes).toBeGreaterThan(6);
    expectWholeLog(step);
  });

  it.each(['Paused', 'Finished', 'SUCCESS_WITH_WARNINGS', 'ok'])(
    'is not taken from the unknown status %s of a running build, which is reported once',
    async (word) => {
      const world = await openWorld();
      world.simulator.faults.add(withStatus(word, (place) => place > 1 && place < 8));
      const step = await runStep({ world, job: { scenario: 'silent-minute' } });
      expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
      expect(step.recorder.ownLines.filter((line) => line.includes(JSON.stringify(word)))).toHaveLength(1);
      expectWholeLog(step);
    },
  );

  it.each(['COMPLETED', 'SUCCESSFUL'])(
    'is a failure within seconds, quoting the status, if the unknown status %s comes with a finish time',
    async (word) => {
      const world = await openWorld();
      world.simulator.faults.add(withStatus(word, (place) => place > 2));
      const step = await runStep({ world });
      expect({ code: step.code, result: step.output('result') }).toEqual({ code: 1, result: 'failure' });
      expect(step.output('error')).toContain(
        `ended with the status ${word}, which this action does not know`,
      );
      const [build] = world.simulator.builds(step.jobId);
      expect(world.time.now() - (build?.endedAt ?? 0)).toBeLessThan(15_000);
    },
  );

  it('is a failure if the status is unknown after the last line of the log, without a finish time', async () => {
    const world = await openWorld();
    world.simulator.faults.add(withStatus('COMPLETED', (place) => place > 2));
    world.simulator.faults.add(rewriteJson('record', /"finish_time":"[^"]*"/g, '"finish_time":null'));
    const step = await runStep({ world });
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 1, result: 'failure' });
    expect(step.output('error')).toContain('COMPLETED');
    const [build] = world.simulator.builds(step.jobId);
    expect(world.time.now() - (build?.endedAt ?? 0)).toBeLessThan(20_000);
  });

  it.each([
    ['FAILURE', 'failure', 'failed'],
    ['ABORTED', 'aborted', 'was stopped in CodeArts'],
    ['SCHEDULE_FAILURE', 'failure', 'never got a build machine'],
    ['UNKNOWN', 'failure', 'CodeArts could not tell whether it succeeded'],
    ['timeout', 'timed-out', 'took longer than the build task allows'],
  ])(
    'is a failure if the record says %s, although the log says Finished: SUCCESS',
    async (status, result, words) => {
      const world = await openWorld();
      world.simulator.faults.add(withStatus(status, (place) => place > 2));
      const step = await runStep({ world });
      expect({ code: step.code, result: step.output('result'), status: step.output('status') }).toEqual({
        code: 1,
        result,
        status,
      });
      expect(step.lastLine).toContain(words);
    },
  );

  it('is a failure if another commit was built than the requested one', async () => {
    const other = '0123456789abcdef0123456789abcdef01234567';
    const world = await openWorld();
    world.simulator.faults.add(rewriteJson('record', commit, other));
    const api = await openGitHubApi();
    const step = await runStep({
      world,
      inputs: { 'commit-status': 'codearts', 'github-token': 'ghs_secret_token' },
      env: { GITHUB_API_URL: api.url },
    });
    expect({ code: step.code, result: step.output('result'), commitId: step.output('commit-id') }).toEqual({
      code: 1,
      result: 'failure',
      commitId: other,
    });
    expect(step.lastLine).toMatch(
      /failed: it built 0123456789ab, not a3dacedeadbe, which it was asked to build, after \d+ s\. Check the code source of the build task; .*, set source: job\. See /,
    );
    const statuses = api.statuses.map(({ path, body }) => [path.endsWith(commit), body['state']]);
    expect(statuses).toEqual([
      [true, 'pending'],
      [true, 'failure'],
    ]);
  });

  it('is a success if the record abbreviates the requested commit', async () => {
    const world = await openWorld();
    world.simulator.faults.add({
      call: 'record',
      kind: 'rewrite',
      times: 1_000,
      rewrite: (body) =>
        JSON.parse(JSON.stringify(body).replaceAll(commit, commit.slice(0, 10).toUpperCase())),
    });
    const step = await runStep({ world });
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
  });

  it('is not taken from the record of another build after a timeout', async () => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'record', kind: 'busy', after: 2, times: 3 });
    world.simulator.faults.add({
      call: 'record',
      kind: 'rewrite',
      after: 5,
      times: 1_000,
      rewrite: () => ({ result: { build_no: 99, build_record_id: 'f'.repeat(36), status: 'SUCCESS' } }),
    });
    const steps = [{ name: 'Run', seconds: 58, lines: ['one'], result: 'error' as const }];
    const step = await runStep({
      world,
      job: { scenario: { name: 'just', description: 'fails at the last moment', steps } },
      inputs: { 'timeout-minutes': '1' },
    });
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 1, result: 'timed-out' });
  });

  it('is not taken from the record of another build', async () => {
    const world = await openWorld();
    const other = (build_no: number): Fault => ({
      call: 'record',
      kind: 'rewrite',
      after: 1,
      times: 5,
      rewrite: () => ({
        result: { build_no, build_record_id: 'f'.repeat(36), status: 'SUCCESS' },
        status: 'success',
      }),
    });
    world.simulator.faults.add(other(7));
    const step = await runStep({ world, job: { scenario: 'failing-test' } });
    expect({
      code: step.code,
      result: step.output('result'),
      buildNumber: step.output('build-number'),
    }).toEqual({ code: 1, result: 'failure', buildNumber: '1' });
    expect(step.output('record-id')).toBe(world.simulator.builds(step.jobId)[0]?.recordId);
  });

  it('is not taken from a response that says success but holds no record', async () => {
    const world = await openWorld();
    world.simulator.faults.add({
      call: 'record',
      kind: 'rewrite',
      times: 8,
      after: 1,
      rewrite: () => ({ status: 'SUCCESS', result: {} }),
    });
    const step = await runStep({ world, job: { scenario: 'failing-test' } });
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 1, result: 'failure' });
  });

  it('is read from a record that appears late', async () => {
    const steps = [{ name: 'Run', seconds: 60, lines: ['one', 'two'] }];
    const slow = { name: 'slow', description: 'slow', recordAfterSeconds: 30, steps };
    const step = await runStep({ job: { scenario: slow } });
    expect({ code: step.code, annotations: step.recorder.annotations }).toEqual({ code: 0, annotations: [] });
    expectWholeLog(step);
  });
});
