// Tests that the files of outputs and state are parsed as strictly as by the runner.

import { describe, expect, it } from 'vitest';
import { parseCommandFile } from './command-files.ts';

const values = (text: string) => [...parseCommandFile(text)];

describe('a command file', () => {
  it('may hold values of one line and of several, and the last value of a name applies', () => {
    expect(values('a=1\nb<<EOF\none\n\ntwo=2\nEOF\n\na=x=y\n')).toEqual([
      ['a', 'x=y'],
      ['b', 'one\n\ntwo=2'],
    ]);
  });

  it('may hold empty values', () => {
    expect(values('a=\nb<<EOF\nEOF\nc<<EOF\n\nEOF')).toEqual([
      ['a', ''],
      ['b', ''],
      ['c', ''],
    ]);
  });

  it('keeps spaces and carriage returns of a value', () => {
    expect(values('a<<EOF\n  x \r\ny\nEOF\n')).toEqual([['a', '  x \r\ny']]);
  });

  it('does not end a value at a delimiter inside a line', () => {
    expect(values('a<<EOF\nEOF \n EOF\nEOF\n')).toEqual([['a', 'EOF \n EOF']]);
  });

  it('may hold << in a value of one line', () => {
    expect(values('a=b<<c\n')).toEqual([['a', 'b<<c']]);
  });

  it.each([
    ['text without =', 'text\n'],
    ['no name', '=1\n'],
    ['no name before <<', '<<EOF\n1\nEOF\n'],
    ['no delimiter', 'a<<\n1\n'],
    ['no closing delimiter', 'a<<EOF\n1\n'],
    ['a closing delimiter with a space', 'a<<EOF\n1\nEOF \n'],
  ])('is rejected for %s', (_, text) => {
    expect(() => parseCommandFile(text)).toThrow(/^Invalid/);
  });
});
