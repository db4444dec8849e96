// Tests the status and duration of a child of a multi-task build, also when the service returns few of its fields.

import { describe, expect, it } from 'vitest';
import {
  byEnd,
  type Child,
  childOf,
  firstFailed,
  hasRun,
  secondsOf,
} from '../../../src/builds/children/child.ts';
import type { FlowChild } from '../../../src/codearts/build-schemas.ts';

const at = Date.UTC(2026, 0, 12);
const child = (more: Partial<FlowChild>, parentOver = true): Child =>
  childOf(
    {
      recordId: 'r',
      name: 'core',
      buildNumber: 2,
      status: '',
      startedAt: undefined,
      finishedAt: undefined,
      durationMs: undefined,
      needs: [],
      ...more,
    },
    parentOver,
  );

describe('a child', () => {
  it.each<[string, Partial<FlowChild>, Child['state'], Child['state']]>([
    ['none, not started', {}, 'waiting', 'skipped'],
    ['none, started', { startedAt: at }, 'running', 'unknown'],
    ['RUNNING, started', { status: 'RUNNING', startedAt: at }, 'running', 'unknown'],
    ['Running, not started', { status: 'Running' }, 'running', 'unknown'],
    ['InQueue', { status: 'InQueue' }, 'waiting', 'skipped'],
    ['success', { status: 'success', startedAt: at }, 'success', 'success'],
    ['skip', { status: 'skip' }, 'skipped', 'skipped'],
  ])('with the status %s is %s while the build runs, and %s after its end', (_, more, running, ended) => {
    expect({ running: child(more, false).state, ended: child(more, true).state }).toEqual({ running, ended });
  });

  it("has the duration that its times give, or else the service's, and never a negative one", () => {
    const ran = { status: 'SUCCESS', startedAt: at };
    expect(secondsOf(child({ ...ran, finishedAt: at + 4_400, durationMs: 9_000 }))).toBe(4);
    expect(secondsOf(child({ ...ran, durationMs: 9_000 }))).toBe(9);
    expect(secondsOf(child({ ...ran, finishedAt: at - 1_000 }))).toBe(0);
    expect(secondsOf(child(ran))).toBeUndefined();
    expect(secondsOf(child({ ...ran, status: 'SKIPPED', durationMs: 9_000 }))).toBeUndefined();
  });

  it.each([
    ['SUCCESS', true],
    ['FAILURE', true],
    ['TIMEOUT', true],
    ['ABORTED', false],
    ['RUNNING', true],
    ['SKIPPED', false],
  ])('with the status %s and no start time is treated as started: %s', (status, expected) => {
    expect(hasRun(child({ status }))).toBe(expected);
  });
});

describe('the order of children by their end', () => {
  const ended = (name: string, finishedAt: number | undefined, status = 'SUCCESS') =>
    child({ name, status, startedAt: at, finishedAt });
  const names = (children: readonly Child[]) => children.map(({ name }) => name);

  it('places those without a time last, as the service lists them', () => {
    const children = [ended('x', undefined), ended('b', at + 2), ended('y', undefined), ended('a', at + 1)];
    expect(names(children.toSorted(byEnd))).toEqual(['a', 'b', 'x', 'y']);
  });

  it('names the child that failed first, not those stopped because of it', () => {
    const aborted = ended('stopped', at + 1, 'ABORTED');
    expect(
      firstFailed([aborted, ended('late', at + 9, 'FAILURE'), ended('early', at + 5, 'FAILURE')])?.name,
    ).toBe('early');
    expect(firstFailed([ended('fine', at), aborted])?.name).toBe('stopped');
    expect(firstFailed([ended('fine', at)])).toBeUndefined();
  });
});
