// Which step failed, as the marks of a log tell, whatever the log calls its steps.

import { expect, it } from 'vitest';
import { StepResults } from '../../../src/builds/log/log-tails.ts';

it('tells the first step that failed, else the last of unknown end', () => {
  const states = new StepResults();
  expect(states.failed).toBe('');
  states.set('a', 'success');
  states.set('b', 'unknown');
  states.set('c', 'unknown');
  expect(states.failed).toBe('c');
  states.set('b', 'failure');
  states.set('c', 'failure');
  expect(states.failed).toBe('b');
  states.set('b', 'success');
  expect(states.failed).toBe('c');
});

it('remembers the first failed step through any number of others, and forgets those that went well', () => {
  const states = new StepResults();
  states.set('unsure', 'unknown');
  states.set('compile', 'failure');
  const started = performance.now();
  for (let step = 0; step < 200_000; step += 1) states.set(`s${step}`, 'unknown');
  states.set('late', 'failure');
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(states.failed).toBe('compile');
  const others = new StepResults();
  others.set('unsure', 'unknown');
  for (let step = 0; step < 2_000; step += 1) others.set(`s${step}`, 'success');
  expect(others.failed).toBe('');
});
