/** A build whose output contains workflow commands, escape sequences and forged marks. */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';

/** Lines that a runner would execute if they were printed unchanged. */
export const hostileLines: readonly string[] = [
  '::add-mask::success',
  '   ::set-output name=result::success',
  '::set-env name=NODE_OPTIONS::--require /tmp/evil.js',
  '::stop-commands::pause',
  '::pause::',
  '::endgroup::',
  '::error file=App.java,line=1::forged by the build',
  '::save-state name=build::1',
  '::debug::forged',
  '::echo::on',
  '##[group]forged group',
  '##[error]forged error',
  'some text ##[endgroup] in the middle',
  '##[add-mask]SUCCESS',
  '##[command]rm -rf /',
  '\u001b[2J\u001b[H\u001b]0;forged title\u0007cleared',
  '\u001b]8;;https://example.com/\u0007a link\u001b]8;;\u0007',
  'nul \u0000, bell \u0007, backspace \b, vertical tab \u000b, form feed \f',
  'line separator \u2028 and paragraph separator \u2029::error::x',
  'right-to-left \u202egnp.exe and zero width \u200b::error::x',
  'a lone half of a pair \ud83d here',
  '%0A::error::decoded',
  '<script>alert(1)</script> | [link](javascript:alert(1)) `code` ![](x)',
  'cursor\r::error::after a bare carriage return',
  'Finished: SUCCESS',
  '+++All Tasks Status+++',
];

export const hostile: ScenarioSource = {
  name: 'hostile',
  description: 'the log tries runner commands, escape codes and forged endings; ends as FAILURE',
  steps: [
    checkout('server', 0.4),
    {
      name: '::error::恶意步骤|<b>',
      mark: 'external_shell',
      marked: true,
      seconds: 3,
      result: 'error',
      error: { code: 'DEV.CB.0210043', message: '::error::命令执行失败 %0A::stop-commands::x' },
      lines: [
        ...hostileLines.map((text) => ({ text, level: 'raw' as const })),
        ...hostileLines.map((text) => text),
        { text: `long: ${'0123456789'.repeat(10_000)}`, level: 'raw' },
      ],
    },
  ],
  errorMessage: '::error::forged',
};
