// Whatever text comes from outside, no function that reads it takes more time than in proportion to its length: a line
// of a log can't freeze the step. The patterns of the diagnosis are timed in test/builds/diagnosis.

import { describe, expect, it } from 'vitest';
import { LineReader } from '../../src/builds/log/lines.ts';
import {
  codeIn,
  hasLastLine,
  parseStepMarkers,
  saysCompleted,
  saysStarted,
  timeOf,
  withoutDates,
  withoutPrefix,
} from '../../src/builds/log/log-line.ts';
import { readAnswer } from '../../src/codearts/response.ts';
import { escapeCommands } from '../../src/github/console.ts';
import { Secrets } from '../../src/github/secrets.ts';
import { link, markdownWriter } from '../../src/github/summary/markdown.ts';
import {
  printableLines,
  similarNames,
  singleLine,
  withoutControls,
  withoutControlsInLines,
} from '../../src/text.ts';
import { fillers, growth, mostGrowth } from '../growth.ts';

const secrets = new Secrets();
for (const secret of ['aaaa.aaaa::aaaa', '    (1(1(1 [ [', 'Error…x::yx::y']) secrets.add(secret, 4);
const write = markdownWriter((text) => secrets.redact(text));
const answer = (body: string) =>
  readAnswer({ status: 400, headers: { 'retry-after': body, location: body }, body }, 0);

const functions: Readonly<Record<string, (line: string) => unknown>> = {
  'folding to one line': singleLine,
  'removal of control characters': withoutControls,
  'removal of control characters in lines': withoutControlsInLines,
  'making lines printable': printableLines,
  'escaping of commands': escapeCommands,
  'reading of step markers': parseStepMarkers,
  'removal of dates': withoutDates,
  'removal of a prefix': withoutPrefix,
  'reading of a date': timeOf,
  'reading of a code': codeIn,
  'search for the last line': hasLastLine,
  'search for the first line': saysStarted,
  'search for the completion': saysCompleted,
  'reading of lines': (line) => new LineReader().push(`${line}\n`) + new LineReader().push(line),
  redaction: (line) => secrets.redact(line),
  'redaction of cut texts': (line) => secrets.redactCut(`${line}…`),
  'escaping for Markdown': (line) => write.plain(line, line.length),
  'escaping for HTML': (line) => write.html(line, line.length),
  'quoting as code': (line) => write.code(line, line.length),
  'quoting as a block': (line) => write.block([line]),
  'making of a link': (line) => link('text', `https://${line}`),
  'reading of an answer': answer,
};

const starts = [
  '',
  '\u001b[0',
  '\u001b]0;',
  '[2026/09/10 17:26:00.661 GMT+08:00] ',
  '[a:b] : ',
  '\r',
  '`',
  '…',
  '{"a":"',
];
const more = ['\r', '`', '…', '\u001b', '\u009b', '\u2028', '@a', '#1', '{', '\\"', 'Finished: ', 'http://'];

describe('takes time in proportion to the length of the text', { timeout: 60_000 }, () => {
  it.each(Object.entries(functions))('%s', (_, run) => {
    const slow = starts
      .flatMap((start) => [...fillers, ...more].map((filler) => ({ start, filler })))
      .find(
        ({ start, filler }) =>
          growth(run, (length) => start + filler.repeat(length / filler.length)) > mostGrowth,
      );
    expect(slow).toBeUndefined();
  });
});

it('an expression that is worse than linear is found', () => {
  const run = (line: string) => /\s+$/.exec(line);
  expect(growth(run, (length) => `${' '.repeat(length)}x`)).toBeGreaterThan(mostGrowth);
});

it('a mistyped name is compared with thousands of names within a second', () => {
  const known = Array.from({ length: 20_000 }, (_, index) => `${index}`.padEnd(128, 'x'));
  const began = performance.now();
  for (let count = 0; count < 3; count += 1) similarNames('y'.repeat(128), known);
  expect(performance.now() - began).toBeLessThan(3_000);
});
