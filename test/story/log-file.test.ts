// Tests that `log-file` saves the very bytes that CodeArts has, however the step ends.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openWorld, runStep, type StoryOptions } from './story.ts';

function folders() {
  const home = mkdtempSync(join(tmpdir(), 'log-file-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const workspace = join(home, 'workspace');
  const temp = join(home, 'temp');
  const elsewhere = join(home, 'elsewhere');
  for (const folder of [workspace, temp, elsewhere]) mkdirSync(folder);
  return { workspace, temp, elsewhere };
}

async function save(given: string, options: StoryOptions = {}) {
  const { workspace, temp, elsewhere } = folders();
  const step = await runStep({
    ...options,
    inputs: { 'log-file': given, ...options.inputs },
    env: { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: temp, ...options.env },
  });
  const file = join(workspace, given);
  const saved = existsSync(file) ? readFileSync(file) : undefined;
  return {
    ...step,
    workspace,
    temp,
    elsewhere,
    file,
    saved,
    log: step.world.simulator.builds(step.jobId)[0]?.log ?? '',
  };
}

it.each(['success', 'failing-compile', 'hostile', 'progress-bars', 'npm-success'] as const)(
  'saves every byte of the log of %s',
  async (scenario) => {
    const { saved, log, output, file } = await save('logs/deep/build.log', { job: { scenario } });
    expect(saved?.equals(Buffer.from(log))).toBe(true);
    expect(output('log-file')).toBe(file);
  },
);

it.each(['stream', 'on-failure'])(
  'saves every byte with log: %s, with the DEBUG lines when asked for',
  async (log) => {
    const plain = await save('a.log', { inputs: { log }, job: { scenario: 'failing-test' } });
    expect(plain.saved?.toString()).toBe(plain.log);
    const debug = await save('a.log', {
      inputs: { log, 'log-level': 'DEBUG' },
      job: { scenario: 'failing-test' },
    });
    expect(debug.saved?.toString()).toMatch(/\[DEBUG\] settings\.xml/);
    expect(debug.saved?.length).toBeGreaterThan(plain.saved?.length ?? 0);
  },
);

it('saves the rest from the full log where the live one is refused', async () => {
  const world = await openWorld();
  world.simulator.faults.add({
    call: 'log',
    kind: 'status',
    status: 403,
    code: 'APIGW.0302',
    after: 2,
    times: 99,
  });
  const { saved, log } = await save('a.log', { world, job: { scenario: 'success' } });
  expect(saved?.toString()).toBe(log);
});

it('saves what was written by then when the workflow is cancelled', async () => {
  const world = await openWorld();
  const cancel = new AbortController();
  const { saved, log, output } = await save('a.log', {
    world,
    cancelled: cancel.signal,
    watch: (recorder) => {
      recorder.onWrite = (text) => {
        if (text.includes('Building server')) cancel.abort(new Error('cancelled'));
      };
    },
    job: { scenario: 'silent-minute' },
  });
  expect(saved?.length).toBeGreaterThan(500);
  expect(log.startsWith(saved?.toString() ?? 'nothing')).toBe(true);
  expect(output('log-file')).not.toBe('');
});

it('says that nothing was saved when the workflow is cancelled before a log that is downloaded at the end', async () => {
  const cancel = new AbortController();
  const { saved, recorder } = await save('a.log', {
    cancelled: cancel.signal,
    inputs: { log: 'on-failure' },
    watch: (_, { time }) => {
      const startedAt = time.now();
      time.onAdvance = (now) => {
        if (now - startedAt > 30_000) cancel.abort(new Error('cancelled'));
      };
    },
    job: { scenario: 'silent-minute' },
  });
  expect(saved?.length).toBe(0);
  expect(recorder.ownLines).toContain('log-file: the step ended before any of the log was saved.');
});

it("saves a log in the runner's temporary folder", async () => {
  const { workspace, temp } = folders();
  const file = join(temp, 'x/build.log');
  const { code, output } = await runStep({
    inputs: { 'log-file': file },
    env: { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: temp },
  });
  expect(code).toBe(0);
  expect(output('log-file')).toBe(file);
  expect(readFileSync(file, 'utf8')).toContain('Finished: SUCCESS');
});

it.each([
  '../elsewhere/a.log',
  '/etc/passwd-of-a-test',
  'linked/a.log',
  'dangling.log',
  'outside.log',
  'folder',
  'folder/',
  '.',
  'a\0b',
])('rejects log-file: %j before any request', async (given) => {
  const { workspace, temp, elsewhere } = folders();
  mkdirSync(join(workspace, 'folder'));
  symlinkSync(elsewhere, join(workspace, 'linked'));
  symlinkSync(join(elsewhere, 'new.log'), join(workspace, 'dangling.log'));
  writeFileSync(join(elsewhere, 'there.log'), 'kept');
  symlinkSync(join(elsewhere, 'there.log'), join(workspace, 'outside.log'));
  const world = await openWorld();
  const { code, output } = await runStep({
    world,
    inputs: { 'log-file': given },
    env: { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: temp },
  });
  expect(code).toBe(1);
  expect(output('error')).toMatch(/^log-file: /);
  expect(world.simulator.count()).toBe(0);
  expect(readdirSync(elsewhere)).toEqual(['there.log']);
  expect(readFileSync(join(elsewhere, 'there.log'), 'utf8')).toBe('kept');
});

it('rejects log-file together with log: off', async () => {
  const { code, output } = await runStep({ inputs: { log: 'off', 'log-file': 'a.log' } });
  expect(code).toBe(1);
  expect(output('error')).toMatch(/^log-file: can't be given with log: off/);
});

it('warns when CodeArts refuses the log of a build that ran', async () => {
  const world = await openWorld();
  const gone = { kind: 'status', status: 500, code: 'CB.00030004' } as const;
  world.simulator.faults.add({ call: 'full-log', ...gone, times: Number.POSITIVE_INFINITY });
  const { code, recorder } = await save('build.log', { world, inputs: { log: 'on-failure' } });
  expect({ code, warnings: recorder.annotations.map(({ message }) => message) }).toEqual({
    code: 0,
    warnings: [
      expect.stringMatching(/^log-file: the log could not be saved: CodeArts rejected the request to/),
    ],
  });
});

it('saves an empty file without a warning for a build that never got a machine', async () => {
  const { recorder, saved } = await save('build.log', {
    job: { scenario: 'never-scheduled' },
    inputs: { log: 'on-failure' },
  });
  expect(recorder.annotations.filter(({ message }) => message.startsWith('log-file'))).toEqual([]);
  expect(saved?.length).toBe(0);
});

it("warns when the file can't be written, and ends as the build did", async () => {
  const { workspace, temp } = folders();
  writeFileSync(join(workspace, 'file'), '');
  const { code, recorder, output } = await runStep({
    inputs: { 'log-file': 'file/build.log' },
    env: { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: temp },
  });
  expect(code).toBe(0);
  expect(output('log-file')).toBe('');
  expect(recorder.annotations[0]?.message).toMatch(/^log-file: the log is not saved: /);
});

it.each([['stream'], ['on-failure']])(
  'saves what was written by then when the build takes too long (log: %s)',
  async (log) => {
    const { workspace, temp } = folders();
    const step = await runStep({
      job: { scenario: 'silent-minute' },
      inputs: { log, 'timeout-minutes': '1', 'log-file': 'build.log' },
      env: { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: temp },
    });
    const written = step.world.simulator.builds(step.jobId)[0]?.log ?? '';
    expect(step.output('result')).toBe('timed-out');
    expect(step.recorder.remoteLines.length).toBeGreaterThan(10);
    const saved = readFileSync(join(workspace, 'build.log'), 'utf8');
    expect(saved.length).toBeGreaterThan(500);
    expect(written.startsWith(saved.trimEnd())).toBe(true);
  },
);

it('saves what was printed of a live log that skipped lines, where the full log is refused after that', async () => {
  const world = await openWorld();
  world.simulator.faults.add({ call: 'log', kind: 'offset-forward-jump', by: 40, times: 2 });
  const refused = { kind: 'status', status: 403, code: 'APIGW.0302' } as const;
  // Readings of it that show that it is another text, then none.
  world.simulator.faults.add({ call: 'full-log', ...refused, after: 1, times: 1_000 });
  const { recorder, saved } = await save('build.log', { world });
  expect(recorder.ownLines.join('\n')).not.toContain('The full log:');
  expect(recorder.annotations.map(({ message }) => message)).toEqual([
    expect.stringContaining(
      "The end of the build's log is missing here: CodeArts rejected the request to download",
    ),
  ]);
  expect(saved?.toString('utf8').trimEnd().split(/\r?\n/)).toEqual(recorder.remoteLines);
});

it('redacts the secrets of the step in printed text and in the DEBUG log', async () => {
  const steps = [{ name: 'Login', seconds: 2, lines: ['login with s3cr3t-value!', 'and given-value, done'] }];
  const job = {
    scenario: { name: 'login', description: 'prints what it was given', steps },
    parameters: [{ name: 'password', sensitive: true }, { name: 'plain' }],
  };
  for (const level of ['INFO', 'DEBUG']) {
    const parameters = 'password=s3cr3t-value\nplain=given-value';
    const { saved } = await save('a.log', { job, inputs: { parameters, 'log-level': level } });
    const text = saved?.toString() ?? '';
    expect(text).toContain('login with ***!');
    expect(text).toContain('and ***, done');
    expect(text).not.toMatch(/s3cr3t-value|given-value/);
  }
});
