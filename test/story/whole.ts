// What must hold after a run whatever went wrong on the way: one build, its whole log in order and once, its outputs.

import { expect } from 'vitest';
import type { Told } from './story.ts';

/**
 * The build's log on the server, as it must stand in the step: the lines between switched-off commands.
 * @param missing what need not stand there
 */
export function expectWholeLog({ recorder, world, jobId }: Told, build = 1, missing?: RegExp): void {
  const { log: whole = '', status } = world.simulator.builds(jobId)[build - 1] ?? {};
  const log = missing ? whole.replace(missing, '') : whole;
  const expected = log.replaceAll('\r\n', '\n').replace(/\n$/, '');
  const shown = recorder.remoteLines.join('\n');
  // After a failing build's log its last lines are shown once more, where the eye falls first.
  expect(status === 'FAILURE' ? shown.slice(0, expected.length) : shown).toBe(expected);
}

/** The step is green, has shown everything and told later steps everything of the one build that there is. */
export function expectWholeSuccess(told: Told): void {
  const { code, output, world, jobId, recorder } = told;
  const builds = world.simulator.builds(jobId);
  expect(builds.map(({ status }) => status)).toEqual(['SUCCESS']);
  expectWholeLog(told);
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
