// Asserts what must hold after every run, whatever went wrong: one build, its whole log in order and once, its outputs.

import { expect } from 'vitest';
import type { StepRun } from './story.ts';

/**
 * The build's log on the server as the step must print it: the lines between stopped commands.
 * @param missing lines that may be missing
 */
export function expectWholeLog({ recorder, world, jobId }: StepRun, build = 1, missing?: RegExp): void {
  const { log: whole = '', status } = world.simulator.builds(jobId)[build - 1] ?? {};
  const log = missing ? whole.replace(missing, '') : whole;
  const expected = log.replaceAll('\r\n', '\n').replace(/\n$/, '');
  const shown = recorder.remoteLines.join('\n');
  // After the log of a failed build, the excerpt prints its last lines again.
  expect(status === 'FAILURE' ? shown.slice(0, expected.length) : shown).toBe(expected);
}

/** Asserts that the step passed, printed the whole log, and set all outputs for the only build. */
export function expectWholeSuccess(step: StepRun): void {
  const { code, output, world, jobId, recorder } = step;
  const builds = world.simulator.builds(jobId);
  expect(builds.map(({ status }) => status)).toEqual(['SUCCESS']);
  expectWholeLog(step);
  expect(recorder.annotations.filter(({ level }) => level !== 'notice')).toEqual([]);
  expect({
    code,
    result: output('result'),
    number: output('build-number'),
    record: output('record-id'),
    duration: output('duration'),
    artifacts: JSON.parse(output('artifacts')).length,
    steps: JSON.parse(output('steps')).length,
    error: output('error'),
  }).toEqual({
    code: 0,
    result: 'success',
    number: '1',
    record: builds[0]?.recordId,
    duration: '12',
    artifacts: 2,
    steps: 4,
    error: '',
  });
}
