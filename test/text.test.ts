// Tests how remote text is cleaned for a line of the step: no control characters for the terminal, no part of a value.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printableLines, quote, singleLine, toSingleLine, withoutControls } from '../src/text.ts';

const red = '\u001b[31m';
const reset = '\u001b[0m';

const acting: readonly (readonly [string, string])[] = [
  ['the title of a terminal', 'a\u001b]0;forged\u0007b'],
  ['a title that ends with ST', 'a\u001b]2;forged\u001b\\b'],
  ['a link', 'a\u001b]8;;https://example.com\u0007b\u001b]8;;\u0007'],
  ['the clipboard', 'a\u001b]52;c;cm0gLXJm\u0007b'],
  ['clearing the screen', 'a\u001b[2J\u001b[Hb'],
  ['moving up and clearing a line', 'a\u001b[1A\u001b[2Kb'],
  ['a device control string', 'a\u001bPq#0;2;0;0;0\u001b\\b'],
  ['a full reset', 'a\u001bcb'],
  ['another character set', 'a\u001b(0b'],
  ['an 8-bit control sequence', 'a\u009b2Jb'],
  ['an 8-bit string', 'a\u009d0;forged\u009cb'],
];

describe('a printed line of a log', () => {
  it.each(acting)('contains no %s', (_, line) => {
    expect(printableLines(`${line}\n`)).toBe('ab\n');
  });

  it.each(['\0', '\u0007', '\b', '\u000b', '\f', '\u000e', '\u007f', '\u0085', '\u009f'])(
    'contains no %j',
    (control) => {
      expect(printableLines(`a${control}b\n`)).toBe('ab\n');
    },
  );

  it('keeps tabs, spaces and colours', () => {
    const line = `\ta  ${red}b${reset} c \u001b[38;5;208;1mx\u001b[m\n`;
    expect(printableLines(line)).toBe(line);
  });

  it('ends with a reset when a colour is still active', () => {
    expect(printableLines(`${red}a\nb\n${red}c${reset}\n\u001b[0;1md\n`)).toBe(
      `${red}a${reset}\nb\n${red}c${reset}\n\u001b[0;1md${reset}\n`,
    );
  });

  it('keeps the text after an unterminated escape sequence', () => {
    expect(printableLines('\u001b]0;words without an end\n')).toBe('0;words without an end\n');
  });

  it('contains no control characters except tabs and colours, for any input', () => {
    const piece = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '0',
      ';',
      'm',
      'K',
      '\u0007',
      '\\',
      '\u009b',
      'P',
      'x',
      '\b',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const left = printableLines(`${pieces.join('')}\n`)
          .split('\u001b[')
          .map((part, at) => (at === 0 ? part : part.replace(/^[\d;:]*m/, '')))
          .join('');
        expect(left).toMatch(/^\P{Cc}*\n$/u);
      }),
    );
  });
});

describe('a message of the action', () => {
  it.each(acting)('contains no %s', (_, words) => {
    expect(withoutControls(words)).toBe('ab');
  });

  it.each(['\0', '\b', '\r', '\n', '\u0085', '\u202e', '\u2066', '\u2028'])(
    'contains a space instead of %j',
    (sign) => {
      expect(singleLine(`a${sign}b`)).toBe('a b');
    },
  );

  it('contains no colours', () => {
    expect(toSingleLine(`${red}a${reset}  b\n`)).toBe('a b');
  });
});

describe('a quoted value in a message', () => {
  it('is quoted completely up to 80 characters', () => {
    expect(quote('v1\n')).toBe('"v1\\n"');
  });

  it("is replaced by its length beyond 80 characters, because GitHub can't mask a part of it", () => {
    expect(quote('x'.repeat(81))).toBe('a text of 81 characters');
  });
});
