// The look of shown lines in a terminal.

import { describe, expect, it } from 'vitest';
import { TerminalView } from './terminal.ts';

describe('the terminal', () => {
  it('opens and indents groups, names annotations, and shows where commands are off', () => {
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

  it('colours by kind where colours are wanted', () => {
    expect(new TerminalView({ colour: true }).line({ kind: 'error', text: 'no' })).toBe(
      '\u001B[31mError: no\u001B[39m',
    );
  });
});
