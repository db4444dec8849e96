// Tests the runner's two command parsers on lines as actions/runner reads them.

import { describe, expect, it } from 'vitest';
import { parseCommand } from './commands.ts';

const known = new Set(['error', 'add-mask', 'group']);
const parse = (line: string) => parseCommand(line, (name) => known.has(name));

describe('a line that the runner parses as a command', () => {
  it.each([
    ['::error::it failed', 'error', 'it failed'],
    ['  \t::error::it failed', 'error', 'it failed'],
    ['::ERROR::it failed', 'ERROR', 'it failed'],
    ['::error::', 'error', ''],
    ['::error title=a,file=b.ts::c::d', 'error', 'c::d'],
    ['::error::50%25 %0Aof%0Dit', 'error', '50% \nof\rit'],
    ['::error::%250A stays text', 'error', '%0A stays text'],
    ['##[error]it failed', 'error', 'it failed'],
    ['any text before ##[error]it failed', 'error', 'it failed'],
    ['##[add-mask]a%5D%3Bb', 'add-mask', 'a];b'],
    ['::unknown:: ##[error]it failed', 'error', 'it failed'],
  ])('is %j', (line, name, data) => {
    expect(parse(line)).toMatchObject({ name, data });
  });

  it('has its properties unescaped', () => {
    const properties = parse('::error title=a%2Cb%3A 100%25,File=src/x.ts,line=3,empty=::text')?.properties;
    expect([...(properties ?? [])]).toEqual([
      ['title', 'a,b: 100%'],
      ['file', 'src/x.ts'],
      ['line', '3'],
    ]);
    expect(parse('##[error title=a%3Bb;line=3]text')?.properties.get('title')).toBe('a;b');
  });
});

describe('a line that the runner prints as text', () => {
  it.each([
    'plain text',
    'text ::error::not at the start',
    '::error:only one colon',
    '::error',
    ':: error::a space before the name',
    '::unknown::text',
    '##[unknown]text',
    '## [error]text',
    '##[error without an end',
    '\u200B::error::behind an invisible character',
  ])('is %j', (line) => {
    expect(parse(line)).toBeUndefined();
  });
});
