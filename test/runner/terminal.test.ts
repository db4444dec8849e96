// The look of shown lines in a terminal.

import { describe, expect, it } from 'vitest';
import { TerminalView } from './terminal.ts';

describe('the terminal', () => {
  it('opens and indents groups, names annotations, and leaves switches out', () => {
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
      undefined,
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
