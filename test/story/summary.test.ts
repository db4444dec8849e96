// Tests the job summary that a run writes, and the calls that it needs. Some of these calls, for details and the
// success ratio, are missing in the newer edition, so both editions are served.

import { describe, expect, it } from 'vitest';
import { rewriteJson } from '../simulator/simulator.ts';
import type { Recorder } from './recorder.ts';
import { commit, openWorld, runStep } from './story.ts';

it("shows the success ratio of the last 30 days by China's calendar", async () => {
  const world = await openWorld({ editions: 'both' });
  const first = await runStep({ world, job: { scenario: 'success' } });
  const second = await runStep({ world, jobId: first.jobId });
  expect(first.recorder.summaryMarkdown).toContain('100 % (1 of 1)');
  expect(second.recorder.summaryMarkdown).toContain('100 % (2 of 2)');
  const [request] = world.simulator.requests.filter(({ call }) => call === 'success-ratio');
  expect(request?.query.toString()).toBe('start_time=2025-12-14&end_time=2026-01-12');
});

it("omits the success ratio without a warning or delay when it can't be read", async () => {
  const world = await openWorld({ editions: 'both' });
  world.simulator.faults.add({ call: 'success-ratio', kind: 'hang-before', times: 9 });
  const { code, recorder } = await runStep({ world });
  expect(code).toBe(0);
  expect(recorder.summaryMarkdown).not.toContain('30 days');
  expect(recorder.annotations).toEqual([]);
});

it("redacts parameters that the job's definition marks as sensitive", async () => {
  const { recorder } = await runStep({
    job: {
      parameters: [
        { name: 'releaseVersion', default: '1.0' },
        { name: 'password', default: 'hunter22', sensitive: true },
      ],
    },
    inputs: { parameters: 'releaseVersion=1.4.2\npassword=s3cr3t-value' },
  });
  expect(recorder.summaryMarkdown).toContain('| `releaseVersion` | from the workflow |');
  expect(recorder.summaryMarkdown).toContain('| `password` | `***` |');
  expect(recorder.summaryMarkdown).not.toMatch(/hunter22|s3cr3t-value/);
});

it('redacts sensitive parameters although the details of the build contain their values', async () => {
  const world = await openWorld({ editions: 'both' });
  world.simulator.faults.add(rewriteJson('details', /"password":"[^"]*"/g, '"password":"s3cr3t-value"'));
  const { recorder } = await runStep({
    world,
    job: { parameters: [{ name: 'password', sensitive: true }] },
    inputs: { parameters: 'password=s3cr3t-value' },
  });
  expect(recorder.summaryMarkdown).toContain('| `password` | from the workflow |');
  expect(recorder.summaryMarkdown).not.toContain('s3cr3t-value');
});

it('writes no summary and sends no request for it with summary: false', async () => {
  const { recorder, world } = await runStep({ inputs: { summary: 'false' } });
  expect(recorder.summaryMarkdown).toBe('');
  expect(world.simulator.count('success-ratio')).toBe(0);
});

it('shows that a build was cancelled with its workflow', async () => {
  const cancel = new AbortController();
  const watch = (recorder: Recorder) => {
    recorder.onWrite = (text) => {
      if (text.includes('Scanning for projects')) cancel.abort(new Error('cancelled'));
    };
  };
  const { recorder } = await runStep({ watch, cancelled: cancel.signal, job: { scenario: 'silent-minute' } });
  expect(recorder.summaryMarkdown).toMatch(/^### ⏹️ \[.+\]\(https:.+\) was cancelled\n/);
  expect(recorder.summaryMarkdown).toContain('The workflow was cancelled; build');
});

it('shows in which step the build was stopped', async () => {
  const { recorder, output } = await runStep({ job: { scenario: 'stopped' } });
  expect(recorder.summaryMarkdown).toContain('| Maven构建 | ⏹️ stopped |');
  expect(recorder.ownLines).toContainEqual(expect.stringMatching(/^ {2}■ .*Maven构建$/));
  expect(JSON.parse(output('steps'))).toContainEqual(
    expect.objectContaining({ name: 'Maven构建', status: 'stopped' }),
  );
});

it('shows who stopped the build, and in which step, unless log: off hides it', async () => {
  const { recorder, output } = await runStep({ job: { scenario: 'stopped' } });
  const sentence = 'Build #1 of shop-backend was stopped in CodeArts by zhangsan in step Maven构建.';
  expect(output('error')).toBe(sentence);
  expect(recorder.summaryMarkdown).toContain('was stopped in CodeArts by zhangsan in step Maven构建.');
  const quiet = await runStep({ job: { scenario: 'stopped' }, inputs: { log: 'off' } });
  expect(quiet.output('error')).toBe('Build #1 of shop-backend was stopped in CodeArts in step Maven构建.');
});

it('shows what to do about a build that never got an executor', async () => {
  const { recorder, lastLine } = await runStep({ job: { scenario: 'never-scheduled' } });
  const advice = 'Check in CodeArts that the executor of the build task is online and has capacity';
  expect(lastLine).toContain(advice);
  expect(recorder.summaryMarkdown).toContain(advice);
});

it('links the requested commit, but not a commit that the job chose', async () => {
  const env = { GITHUB_SERVER_URL: 'https://github.com' };
  const requested = await runStep({ env });
  expect(requested.recorder.summaryMarkdown).toContain(
    `[\`${commit.slice(0, 12)}\`](https://github.com/octo/shop/commit/${commit})`,
  );
  const chosen = await runStep({ env, inputs: { source: 'job' } });
  expect(chosen.recorder.summaryMarkdown).not.toContain('/commit/');
});

it.each(['a3daced', 'A3DACEDEADBEEFDEADBEEFDEADBEEFDEADBEEF12'])(
  'shows and links the full commit when CodeArts writes it as %s',
  async (written) => {
    const world = await openWorld();
    world.simulator.faults.add(rewriteJson('record', commit, written));
    const step = await runStep({ world, env: { GITHUB_SERVER_URL: 'https://github.com' } });
    expect({ code: step.code, commitId: step.output('commit-id') }).toEqual({ code: 0, commitId: commit });
    expect(step.recorder.summaryMarkdown).toContain(`https://github.com/octo/shop/commit/${commit})`);
  },
);

describe('the summary of a step that ends without a build', () => {
  const env = { GITHUB_ACTION_REPOSITORY: 'octo/codearts-build-action', GITHUB_ACTION_REF: 'v1' };
  const docs = 'https://github.com/octo/codearts-build-action/blob/v1/docs/troubleshooting.md';

  it('lists the rejected inputs', async () => {
    const { recorder } = await runStep({ env, inputs: { wait: 'maybe', 'job-id': 'x' } });
    expect(recorder.summaryMarkdown).toMatch(/^### ❌ No CodeArts build\n\n- job-id: .+\n- wait: .+\n\n/);
    expect(recorder.summaryMarkdown).toContain(`[What to do about it](${docs}#inputs-refused)`);
  });

  it("omits the event's source when build-number is given", async () => {
    const event = { name: 'push', payload: { after: '0'.repeat(40), deleted: true } };
    const inputs = { 'build-number': '1', wait: 'maybe' };
    const { recorder } = await runStep({ env, event, inputs });
    expect(recorder.summaryMarkdown).toContain(`(${docs}#inputs-refused)`);
  });

  it('reports that CodeArts rejected the key', async () => {
    const { recorder, output } = await runStep({ env, inputs: { 'secret-key': 'not-the-right-secret-key' } });
    expect(output('build-number')).toBe('');
    expect(recorder.summaryMarkdown).toMatch(/^### ❌ No CodeArts build\n\nCodeArts .*APIGW/);
    expect(recorder.summaryMarkdown).toContain(`[What to do about it](${docs}#apigw-0301)`);
  });

  it('is not written with summary: false', async () => {
    const { recorder } = await runStep({ inputs: { wait: 'maybe', summary: 'false' } });
    expect(recorder.summaryMarkdown).toBe('');
  });
});
