// The words for how a build ended: one line, whatever the build and the service call things.

import { expect, it } from 'vitest';
import { type Ending, errorLine, failedStep } from '../../../src/github/report/messages.ts';

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

it('the error is one line whatever the job and its fault are called', () => {
  const finding = { step: '', code: `X\n${'c'.repeat(5_000)}`, reason: 'no' };
  const line = errorLine({ ...ending, job: `shop\n${'j'.repeat(5_000)}`, finding });
  expect(line).toMatch(/^Build #7 of shop j+… failed: no \(X c+…\)\.$/);
  expect(line.length).toBeLessThan(900);
});
