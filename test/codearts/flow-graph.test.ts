// Tests that the children of a multi-task build are read in every shape that the service may send.

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { flowGraph } from '../../src/codearts/build-schemas.ts';
import { growth, mostGrowth } from '../growth.ts';

const read = (answer: unknown) => v.parse(flowGraph, answer);

describe('the flow graph', () => {
  const vertices = [
    {
      id: 'd5587caf-05d7-42af-8ed2-daa20eb1de1b',
      status: 'Running',
      display_name: 'job1',
      build_duration: 1000,
      start_time: '2020-12-30T17:33:11+08:00',
      finish_time: null,
      build_no: '534',
    },
    {
      id: 'af81a8ff-1d53-4e0a-9108-fa7880366e73',
      status: 'SUCCESS',
      display_name: 'job4',
      build_duration: 38156,
      start_time: '2020-12-30T17:33:11+08:00',
      finish_time: '2020-12-30T17:33:27+08:00',
      build_no: '535',
    },
  ];
  const [first, second] = vertices.map(({ id }) => id);
  const edges = [{ from: first, to: second }];

  it('reads the sample of the reference: `from` is the child that waits', () => {
    expect(read({ success: true, result: { edges, vertices } })).toEqual([
      {
        recordId: first,
        name: 'job1',
        buildNumber: 534,
        status: 'Running',
        startedAt: Date.UTC(2020, 11, 30, 9, 33, 11),
        finishedAt: undefined,
        durationMs: 1000,
        needs: [second],
      },
      {
        recordId: second,
        name: 'job4',
        buildNumber: 535,
        status: 'SUCCESS',
        startedAt: Date.UTC(2020, 11, 30, 9, 33, 11),
        finishedAt: Date.UTC(2020, 11, 30, 9, 33, 27),
        durationMs: 38156,
        needs: [],
      },
    ]);
  });

  it.each([
    ['camelCase', { displayName: 'job1', buildNo: 534, startTime: 1609320791000 }],
    ['text for numbers', { display_name: 'job1', build_no: '534', start_time: '1609320791000' }],
  ])('is read with %s', (_, fields) => {
    const [child] = read({ result: { vertices: [{ id: first, status: 'Running', ...fields }] } });
    expect(child).toMatchObject({ name: 'job1', buildNumber: 534, startedAt: 1609320791000 });
  });

  it.each([
    ['null for the result', { success: true, result: null }],
    ['an empty result', { success: true, result: {} }],
    ['null for the lists', { result: { vertices: null, edges: null } }],
    ['no result', { success: true }],
    ['empty lists', { vertices: [], edges: [] }],
  ])('has no children if it has %s', (_, answer) => {
    expect(read(answer)).toEqual([]);
  });

  it('leaves out invalid entries', () => {
    const odd = {
      result: { vertices: [null, {}, 7, { id: first }, { id: first }], edges: [null, 'x', ...edges] },
    };
    expect(read(odd)).toEqual([
      expect.objectContaining({ recordId: first, name: first, buildNumber: 0, status: '', needs: [] }),
    ]);
  });

  it('names a child without a name by its number', () => {
    const [child] = read({ result: { vertices: [{ id: first, display_name: ' ', build_no: 12 }] } });
    expect(child?.name).toBe('#12');
  });

  it('counts an edge once, and ignores edges to the child itself or to an unknown one', () => {
    const more = [...edges, ...edges, { from: first, to: first }, { from: second, to: 'gone' }];
    expect(read({ result: { edges: more, vertices } }).map(({ needs }) => needs)).toEqual([[second], []]);
  });

  it('reads 10,000 children with the most edges, in a time that grows with their number alone', () => {
    const answers = new Map<string, unknown>();
    const answerOf = (length: number) => {
      const ids = Array.from({ length }, (_, id) => `child-${id}`);
      const many = ids.flatMap((from, at) => ids.slice(at + 1, at + 3).map((to) => ({ from, to })));
      return { result: { vertices: ids.map((id) => ({ id })), edges: many } };
    };
    const graph = read(answerOf(10_000));
    expect({ children: graph.length, needs: graph[0]?.needs }).toEqual({
      children: 10_000,
      needs: ['child-1', 'child-2'],
    });
    const keyOf = (length: number) => {
      const key = String(length);
      if (!answers.has(key)) answers.set(key, answerOf(length / 2));
      return key;
    };
    expect(growth((key) => read(answers.get(key)), keyOf)).toBeLessThan(mostGrowth);
  });

  it.each(['..', 'a/b', 'x'.repeat(65), 'a\nb', ''])(
    'leaves out a child whose record id is unsafe in a path: %j',
    (id) => {
      expect(read({ result: { vertices: [{ id, display_name: 'x' }] } })).toEqual([]);
    },
  );

  it('cuts the name of a child after 200 characters', () => {
    const [child] = read({ result: { vertices: [{ id: first, display_name: 'n'.repeat(5_000_000) }] } });
    expect(child?.name).toHaveLength(200);
  });
});
