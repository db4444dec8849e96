// Tests how the lines of a step are printed in a terminal.

import { describe, expect, it } from 'vitest';
import { TerminalView } from './terminal.ts';

describe('the terminal output', () => {
  it('indents groups, labels annotations, and marks where commands are stopped', () => {
    const view = new TerminalView({ colour: false });
    const shown = [
      view.line({ kind: 'group', text: 'Title' }),
      view.line({ kind: 'switch', text: '::stop-commands::***' }),
      view.line({ kind: 'text', text: 'inside' }),
      view.line({ kind: 'endgroup', text: '' }),
      view.line({ kind: 'text', text: 'outside' }),
      view.line({ kind: 'error', text: 'It failed' }),
      view.line({ kind: 'notice', text: 'By the way' }),
    ];
    expect(shown).toEqual([
      '▾ Title',
      '::stop-commands::***',
      '  inside',
      undefined,
      'outside',
      'Error: It failed',
      'Notice: By the way',
    ]);
  });

  it('is coloured by kind if colours are enabled', () => {
    expect(new TerminalView({ colour: true }).line({ kind: 'error', text: 'no' })).toBe(
      '\u001B[31mError: no\u001B[39m',
    );
  });
});
