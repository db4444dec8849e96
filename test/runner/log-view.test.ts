// Tests what a user sees of a step's output.

import { describe, expect, it } from 'vitest';
import { LogView } from './log-view.ts';

function view(lines: readonly string[], options?: { debugging: boolean }) {
  const log = new LogView(options);
  const shown = lines.flatMap((line) => log.line(line)).map(({ kind, text }) => `${kind}: ${text}`);
  return { log, shown };
}

describe('the log view of a step', () => {
  it('shows text, groups and annotations', () => {
    const { shown, log } = view([
      'text',
      '::group::Title',
      'inside',
      '::endgroup::ignored',
      '::error title=T,file=a.ts,line=3::It failed',
    ]);
    expect(shown).toEqual(['text: text', 'group: Title', 'text: inside', 'endgroup: ', 'error: It failed']);
    expect(log.annotations).toEqual([
      {
        level: 'error',
        message: 'It failed',
        properties: new Map([
          ['title', 'T'],
          ['file', 'a.ts'],
          ['line', '3'],
        ]),
      },
    ]);
  });

  it('shows debug lines only with step debug logging', () => {
    expect(view(['::debug::x']).shown).toEqual([]);
    expect(view(['::debug::x'], { debugging: true }).shown).toEqual(['debug: x']);
  });

  it('executes no command while commands are stopped, with either parser', () => {
    const { shown, log } = view([
      '::stop-commands::token-1',
      '::error::a',
      'b ##[add-mask]c',
      '::set-output name=x::y',
      '::stop-commands::token-2',
      '::token-2::',
      '::TOKEN-1::',
      '::notice::back',
    ]);
    expect(shown).toEqual([
      'switch: ::stop-commands::***',
      'text: ::error::a',
      'text: b ##[add-mask]c',
      'text: ::set-output name=x::y',
      'text: ::stop-commands::token-2',
      'text: ::token-2::',
      'switch: ::TOKEN-1::',
      'notice: back',
    ]);
    expect(log.masks).toEqual([]);
    expect(log.outputs.size).toBe(0);
    expect(log.stopped).toBe(false);
  });

  it('reports that commands are still stopped at the end', () => {
    expect(view(['::stop-commands::token-1', 'text']).log.stopped).toBe(true);
  });

  it('accepts a stop token in brackets anywhere in a line, as the runner does', () => {
    expect(view(['::stop-commands::token-1', 'text ##[token-1]']).log.stopped).toBe(false);
  });

  it('accepts a stop token only once', () => {
    expect(view(['::stop-commands::token-1', '::token-1::', '::token-1::']).shown[2]).toBe('text: ::***::');
  });

  it.each(['', 'pause-logging', 'error'])('rejects the stop token %j', (token) => {
    const { log } = view([`::stop-commands::${token}`]);
    expect(log.stopped).toBe(false);
    expect(log.runnerErrors).toHaveLength(1);
  });

  it('masks a secret and each of its lines after add-mask', () => {
    const { shown, log } = view(['abc', '::add-mask::abc', 'xabcx', '::add-mask::one%0Atwo', 'one or two']);
    expect(shown).toEqual(['text: abc', 'text: x***x', 'text: *** or ***']);
    expect(log.masks).toEqual(['abc', 'one\ntwo']);
  });

  it('masks the longer of two overlapping secrets', () => {
    expect(view(['::add-mask::abc', '::add-mask::abcdef', 'abcdef']).shown).toEqual(['text: ***']);
  });

  it('keeps the values of old commands, and reports those that are disabled', () => {
    const { log } = view(['::set-output name=a::1', '::save-state name=b::2', '::set-env name=c::3']);
    expect([...log.outputs, ...log.state]).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(log.runnerErrors).toEqual(['The `set-env` command is disabled.']);
  });
});
