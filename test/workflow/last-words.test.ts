// The words for how a build ended: one line, whatever the build and the service call things.

import { expect, it } from 'vitest';
import { type Ending, errorLine, failedStep } from '../../src/workflow/last-words.ts';

const ending: Ending = {
  job: 'shop',
  buildNumber: 7,
  result: 'failure',
  status: 'FAILURE',
  seconds: 12,
  finding: { step: 'Run\nit', code: '', reason: '' },
  message: `no\n${'x'.repeat(3_000_000)}`,
  buildUrl: '',
};

it('the error is one line that is read at a glance', () => {
  const line = errorLine(ending);
  expect(line).toMatch(/^Build #7 of shop failed in step Run it: no x+…\.$/);
  expect(line.length).toBeLessThan(500);
});

it('the failed step is one line, with the name of the child whose step it is', () => {
  expect(failedStep({ ...ending.finding, child: 'core\r\nbuild' })).toBe('core build ▸ Run it');
});
