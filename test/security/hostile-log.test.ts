// Text from outside cannot command the runner: whatever a build's log, its step names, CodeArts' messages or answers
// hold, the runner's own two parsers find in the step's output no command but those that are the step's.

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Console } from '../../src/github/console.ts';
import { maskingRunner } from '../../src/github/runner.ts';
import { LogView } from '../runner/log-view.ts';
import { OutputLines } from '../runner/output-lines.ts';
import { Recorder } from '../story/recorder.ts';

const names = [
  'add-mask',
  'set-output name=result',
  'set-env name=NODE_OPTIONS',
  'save-state name=build',
  'add-path',
  'add-matcher',
  'stop-commands',
  'error file=a.ts,line=1',
  'warning',
  'notice',
  'debug',
  'group',
  'endgroup',
  'echo',
];
const before = [
  '',
  ' ',
  '\t \t',
  '\u00a0',
  '\ufeff',
  '\u200b',
  '\u2028',
  '\u0000',
  'text ',
  'text\r',
  '\r',
  '\r\r',
  '\u001b[2K',
  '\u0085',
  '\u000b',
  '\f',
  '%0A',
];
const after = ['', ' ', '\r', '\r\r', '\u0000', '%0A::error::x'];

/** A few hundred lines that would be commands if they were printed as they are. */
const hostileLines: readonly string[] = before.flatMap((prefix) =>
  names.flatMap((name) =>
    [`::${name}::forged`, `##[${name}]forged`, `::${name.toUpperCase()}::forged`].map(
      (command, index) => `${prefix}${command}${after[index % after.length] ?? ''}`,
    ),
  ),
);

/** In front of a line that GitHub's web view would take for the runner's own. */
const guard = '\u001b[0m';

const command = fc.constantFrom(...hostileLines);
/** A step's mark, whose name is text from outside like everything else. */
const mark = fc
  .tuple(
    command,
    fc.constantFrom(
      '该步骤开始执行。',
      '该步骤执行完成。',
      '该步骤执行失败。',
      'This step is start',
      'This step is complete',
    ),
  )
  .map(([name, words]) => `[${name.replaceAll(']', '')}:plugin] : ${words}`);
/** So long that it is printed in pieces, with a command where a piece begins. */
const long = fc
  .tuple(command, fc.constantFrom(32 * 1024, 32 * 1024 - 1, 32 * 1024 + 1, 64 * 1024))
  .map(([line, at]) => `${'x'.repeat(at)}${line}`);
const line = fc.oneof(
  { weight: 8, arbitrary: command },
  { weight: 2, arbitrary: mark },
  { weight: 1, arbitrary: long },
  { weight: 1, arbitrary: fc.constantFrom('+++All Tasks Status+++', 'Finished: SUCCESS', '') },
  { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
);
const log = fc
  .tuple(fc.array(line, { maxLength: 30, size: 'max' }), fc.constantFrom('\n', '\r\n'))
  .map(([lines, end]) => lines.join(end));
const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 });

interface Act {
  readonly kind: 'info' | 'debug' | 'quote' | 'openStep';
  readonly words: string;
}
const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom('info', 'debug', 'quote', 'openStep'),
  words: fc.oneof(command, fc.string({ unit: 'binary' })),
});

async function play(text: string, sizes: readonly number[], acts: readonly Act[]): Promise<string> {
  const recorder = new Recorder({});
  const stepLog = new Console(maskingRunner(recorder), { newToken: randomUUID, keepDates: true });
  let turn = 0;
  for (let at = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    await stepLog.write(text.slice(at, at + size));
    at += size;
    const act = acts[turn];
    if (act?.kind === 'info' || act?.kind === 'debug') await stepLog[act.kind](act.words);
    if (act?.kind === 'quote') await stepLog.writeExcerpt([act.words]);
    if (act?.kind === 'openStep') await stepLog.openStep(act.words);
  }
  await stepLog.endBuildOutput();
  return recorder.stdout;
}

function view(stdout: string): LogView {
  const view = new LogView();
  const lines = new OutputLines((line) => view.line(line));
  lines.push(Buffer.from(stdout));
  lines.end();
  return view;
}

it('lets no command of the log come out, however it is cut and whatever is said in between', async () => {
  await fc.assert(
    fc.asyncProperty(log, sizes, fc.array(act, { maxLength: 10 }), async (text, sizes, acts) => {
      const { annotations, masks, outputs, state, runnerErrors, stopped } = view(
        await play(text, sizes, acts),
      );
      expect({ annotations, masks, outputs: [...outputs], state: [...state], runnerErrors, stopped }).toEqual(
        {
          annotations: [],
          masks: [],
          outputs: [],
          state: [],
          runnerErrors: [],
          stopped: false,
        },
      );
    }),
    { numRuns: 1_000 },
  );
});

it('shows the text of each line, without control characters and sequences for a terminal', async () => {
  const printable = hostileLines.filter((line) => !line.includes('\r'));
  const shown: string[] = [];
  const view = new LogView();
  const lines = new OutputLines((line) => {
    shown.push(
      ...view
        .line(line)
        .filter(({ kind }) => kind === 'text')
        .map(({ text }) => text),
    );
  });
  lines.push(Buffer.from(await play(`${printable.join('\n')}\n`, [97], [])));
  lines.end();
  const removed = ['\u001b[2K', '\u0000', '\u0085', '\u000b', '\f'];
  const expected = printable.map((line) => removed.reduce((rest, one) => rest.replaceAll(one, ''), line));
  expect(shown.map((line) => (line.startsWith(guard) ? line.slice(guard.length) : line))).toEqual(expected);
});
