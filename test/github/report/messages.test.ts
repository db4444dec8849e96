// The words for how a build ended: one line, whatever the build and the service call things.

import { expect, it } from 'vitest';
import { nothingFound } from '../../../src/builds/diagnosis/diagnosis.ts';
import { errorLine, failedStep } from '../../../src/github/report/build-report.ts';
import { report } from './sample-report.ts';

const failure = {
  ...report,
  job: 'shop',
  finding: { ...nothingFound, step: 'Run\nit' },
  message: `no\n${'x'.repeat(3_000_000)}`,
};

it('shortens the error to one short line', () => {
  const line = errorLine(failure);
  expect(line).toMatch(/^Build #7 of shop failed in step Run it: no x+…\.$/);
  expect(line.length).toBeLessThan(500);
});

it('names the failed step in one line, with the child whose step it is', () => {
  expect(failedStep({ ...failure.finding, child: 'core\r\nbuild' })).toBe('core build ▸ Run it');
});

it('keeps the error to one line whatever the job and the code are called', () => {
  const finding = { ...nothingFound, code: `X\n${'c'.repeat(5_000)}`, reason: 'no' };
  const line = errorLine({ ...failure, job: `shop\n${'j'.repeat(5_000)}`, finding });
  expect(line).toMatch(/^Build #7 of shop j+… failed: no \(X c+…\)\.$/);
  expect(line.length).toBeLessThan(900);
});
