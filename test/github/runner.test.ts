// The runner's own files may vanish while the step runs: that costs outputs, and nothing else.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { githubRunner } from '../../src/github/runner.ts';
import { runStep } from '../story/story.ts';

it.each(['GITHUB_OUTPUT', 'GITHUB_STATE'])('remembers that the file of %s is gone, and goes on', (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file');
  writeFileSync(file, '');
  vi.stubEnv(name, file);
  onTestFinished(() => void vi.unstubAllEnvs());
  const runner = githubRunner(process.stdout);
  const write = () => (name === 'GITHUB_STATE' ? runner.saveState('a', 'b') : runner.setOutput('a', 'b'));
  write();
  expect(runner.fileError()).toBeUndefined();
  rmSync(file);
  write();
  expect(runner.fileError()).toBe(`Missing file at path: ${file}`);
});

it('warns once when outputs could not be written, and the step ends as the build ends', async () => {
  const { code, recorder } = await runStep({
    watch: (recorder) => {
      recorder.fileError = () => 'Missing file at path: /temp/output';
    },
  });
  expect(code).toBe(0);
  expect(recorder.annotations.map(({ message }) => message)).toEqual([
    "Later steps don't get all outputs of this step, as the runner's file for them can't be written: Missing file at path: /temp/output.",
  ]);
});
