// Tests how the status of a build is parsed: only a status that is known to be final ends the step.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseStatus } from '../../src/builds/status.ts';

it.each([
  ['SUCCESS', 'success'],
  ['FAILURE', 'failure'],
  ['ABORTED', 'aborted'],
  ['SCHEDULE_FAILURE', 'failure'],
  ['UNKNOWN', 'failure'],
  ['timeout', 'timed-out'],
  [' Success ', 'success'],
])('parses the status %j as the conclusion %s', (word, result) => {
  expect(parseStatus(word)).toEqual({ kind: 'ended', result });
});

it.each(['InQueue', 'QUEUED', 'in_queue', 'waiting'])('parses the status %j as queued', (word) => {
  expect(parseStatus(word)).toEqual({ kind: 'queued' });
});

it.each(['Running', '', 'in progress'])('parses the status %j as running', (word) => {
  expect(parseStatus(word)).toEqual({ kind: 'running', known: true });
});

// "Finished" is seen as a running status while the result is still open.
it.each(['Finished', 'SUCCES', 'SUCCESSFUL', 'not SUCCESS', 'null', 'ok'])(
  'does not treat the status %j as the end of a build',
  (word) => {
    expect(parseStatus(word).kind).toBe('running');
  },
);

it('treats only the status SUCCESS as a success', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'SUCE_ -') })), (word) => {
      const parsed = parseStatus(word);
      const isSuccess = parsed.kind === 'ended' && parsed.result === 'success';
      expect(isSuccess).toBe(word.trim().toUpperCase() === 'SUCCESS');
    }),
  );
});
