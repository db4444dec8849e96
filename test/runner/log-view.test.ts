// What a person sees of a step's output.

import { describe, expect, it } from 'vitest';
import { LogView } from './log-view.ts';

function view(lines: readonly string[], options?: { debugging: boolean }) {
  const log = new LogView(options);
  const shown = lines.flatMap((line) => log.line(line)).map(({ kind, text }) => `${kind}: ${text}`);
  return { log, shown };
}

describe('the view of a step', () => {
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

  it('shows debug lines with step debug logging only', () => {
    expect(view(['::debug::x']).shown).toEqual([]);
    expect(view(['::debug::x'], { debugging: true }).shown).toEqual(['debug: x']);
  });

  it('carries out no command while commands are off, by either parser', () => {
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

  it('knows that commands are still off at the end', () => {
    expect(view(['::stop-commands::token-1', 'text']).log.stopped).toBe(true);
  });

  it('takes a stop token inside brackets anywhere in a line, as the runner does', () => {
    expect(view(['::stop-commands::token-1', 'text ##[token-1]']).log.stopped).toBe(false);
  });

  it('takes a stop token once only', () => {
    expect(view(['::stop-commands::token-1', '::token-1::', '::token-1::']).shown[2]).toBe('text: ::***::');
  });

  it.each(['', 'pause-logging', 'error'])('refuses the stop token %j', (token) => {
    const { log } = view([`::stop-commands::${token}`]);
    expect(log.stopped).toBe(false);
    expect(log.runnerErrors).toHaveLength(1);
  });

  it('stars a secret from its mask on, and each line of it', () => {
    const { shown, log } = view(['abc', '::add-mask::abc', 'xabcx', '::add-mask::one%0Atwo', 'one or two']);
    expect(shown).toEqual(['text: abc', 'text: x***x', 'text: *** or ***']);
    expect(log.masks).toEqual(['abc', 'one\ntwo']);
  });

  it('stars the longer of two secrets that overlap', () => {
    expect(view(['::add-mask::abc', '::add-mask::abcdef', 'abcdef']).shown).toEqual(['text: ***']);
  });

  it('keeps values of the old commands, and complains of those that are disabled', () => {
    const { log } = view(['::set-output name=a::1', '::save-state name=b::2', '::set-env name=c::3']);
    expect([...log.outputs, ...log.state]).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(log.runnerErrors).toEqual(['The `set-env` command is disabled.']);
  });
});
