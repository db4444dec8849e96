// Each error pattern matches what its tool prints and not what only looks like it, and takes linear time on any line.

import { describe, expect, it } from 'vitest';
import {
  contextPatterns,
  errorPatterns,
  matchContext,
  matchError,
  mayMatch,
  withoutNesting,
  withoutRunner,
} from '../../../src/builds/diagnosis/error-patterns.ts';
import { withoutWorkspace } from '../../../src/builds/diagnosis/places.ts';
import { parseLogLine, parseStepMarkers, wordsIn } from '../../../src/builds/log/log-line.ts';
import { fillers, growth, mostGrowth } from '../../growth.ts';
import { compiledSamples } from './samples/compiled.ts';
import { contextSamples } from './samples/contexts.ts';
import { generalSamples } from './samples/general.ts';
import { javascriptSamples } from './samples/javascript.ts';
import { jvmSamples } from './samples/jvm.ts';
import type { SampleTable } from './samples/samples.ts';
import { scriptingSamples } from './samples/scripting.ts';

const samples: SampleTable = {
  ...jvmSamples,
  ...javascriptSamples,
  ...compiledSamples,
  ...scriptingSamples,
  ...generalSamples,
};

/** The name of the pattern that a line matches, where the lines before it opened the section that `name` needs. */
function nameOf(line: string, name: string): string | undefined {
  const needs = errorPatterns.find((pattern) => pattern.name === name)?.needs;
  return matchError(line, (section) => section === needs)?.pattern.name;
}

it('has samples for every pattern, and no others', () => {
  expect(Object.keys(samples).sort()).toEqual(errorPatterns.map(({ name }) => name).sort());
  expect(Object.keys(contextSamples).sort()).toEqual(contextPatterns.map(({ name }) => name).sort());
});

it('names each pattern once', () => {
  const names = [...errorPatterns, ...contextPatterns].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('looks up every line that an error pattern or a context pattern matches', () => {
  const missed = [...errorPatterns, ...contextPatterns]
    .filter((pattern) => !('needs' in pattern))
    .flatMap(({ name }) => samples[name]?.matches ?? contextSamples[name]?.matches ?? [])
    .filter((line) => !mayMatch(line));
  expect(missed).toEqual([]);
});

describe.each(Object.entries(samples))('%s', (name, { matches, others }) => {
  it.each(matches)('is recognised in "%s"', (line) => {
    expect(nameOf(line, name)).toBe(name);
  });

  it.each(others)('is not recognised in "%s"', (line) => {
    expect(nameOf(line, name)).not.toBe(name);
  });
});

describe.each(Object.entries(contextSamples))('%s', (name, { matches, others }) => {
  it.each(matches)('is recognised in "%s"', (line) => {
    expect(matchContext(line)?.pattern.name).toBe(name);
  });

  it.each(others)('is not recognised in "%s"', (line) => {
    expect(matchContext(line)?.pattern.name).not.toBe(name);
  });
});

describe('on hostile lines', () => {
  /** The beginning of a sample at each of its words: what a pattern must have matched before it can get lost. */
  const beginnings = (line: string) =>
    [...line.matchAll(/\b|(?<=\W)/g)].slice(0, 40).map(({ index }) => line.slice(0, index));
  const startsOf = (table: SampleTable, name: string) => [
    ...new Set((table[name]?.matches ?? []).flatMap(beginnings)),
  ];

  interface Case {
    readonly name: string;
    readonly run: (line: string) => unknown;
    readonly starts: readonly string[];
  }

  const cases: readonly Case[] = [
    ...errorPatterns.flatMap(({ name, expression, except }) => {
      const starts = startsOf(samples, name);
      const matching = { name, run: (line: string) => expression.exec(line), starts };
      return except
        ? [matching, { name: `exception to ${name}`, run: (line: string) => except.test(line), starts }]
        : [matching];
    }),
    ...contextPatterns.map(({ name, expression }) => ({
      name,
      run: (line: string) => expression.exec(line),
      starts: startsOf(contextSamples, name),
    })),
    { name: 'the quick check', run: mayMatch, starts: ['', ' ', '       ', 'line', '.mt'] },
    {
      name: 'removal of the workspace',
      run: withoutWorkspace,
      starts: ['', '/', 'C:', 'file://', '/home/slave', '/a/workspace/j_'],
    },
    {
      name: 'parsing of a line',
      run: parseLogLine,
      starts: ['', '[ERROR] ', '[ERROR] [', '[2026/09/10 17:26:00.661 GMT+08:00] ', '\u001b'],
    },
    {
      name: 'parsing of the markers in a line',
      run: parseStepMarkers,
      starts: [
        '',
        '[',
        '[a:',
        '[ERROR] [',
        '[INFO]  : ',
        '+++',
        '[2026/09/10 17:26:00.661 GMT+08:00] [a:b] : ',
      ],
    },
    { name: "reading of CodeArts' words", run: wordsIn, starts: ['', '[DEV.CB.1]', 'DEV.CB.1,'] },
    { name: "removal of a build tool's prefix", run: withoutNesting, starts: ['', '#1 1', '  ', '  ['] },
    { name: "removal of a task runner's prefix", run: withoutRunner, starts: ['', '@a/', '[', 'a '] },
  ];

  it.each(cases)('$name takes time in proportion to the length of a line', ({ run, starts }) => {
    const slow = starts
      .flatMap((start) => fillers.map((filler) => ({ start, filler })))
      .find(
        ({ start, filler }) =>
          growth(run, (length) => start + filler.repeat(length / filler.length)) > mostGrowth,
      );
    expect(slow).toBeUndefined();
  });
});
