// What becomes of a log that the live one left incomplete, by what CodeArts gives for download.

import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import type { LogStatus } from '../../../src/builds/follow/events.ts';
import { type Completion, readMissing } from '../../../src/builds/log/full-log.ts';
import { listen } from '../../loopback.ts';
import { connected } from '../client.ts';

const end = '+++All Tasks Status+++\nFinished: SUCCESS\n';

interface Read {
  readonly text: string;
  readonly rest: Completion;
  readonly downloads: number;
}

/** @param files what the downloads give, one after the other; the last one again and again */
async function read(shown: string, state: LogStatus['state'], ...files: readonly string[]): Promise<Read> {
  let downloads = 0;
  const server = createServer((_, response) => {
    const file = files[Math.min(downloads, files.length - 1)];
    downloads += 1;
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file);
  });
  const { client, time: clock } = await connected({ endpoint: await listen(server) });
  const log: LogStatus = { state, length: shown.length, tail: shown.slice(-2_048), guessed: undefined };
  const { signal } = new AbortController();
  const texts = readMissing({ client, recordId: 'record', log, clock, random: () => 0.5, signal });
  let text = '';
  for (let next = await texts.next(); ; next = await texts.next()) {
    if (next.done) return { text, rest: next.value, downloads };
    text += next.value;
  }
}

const lines = Array.from({ length: 200 }, (_, line) => `line ${line}\n`).join('');
const alike = `${'x'.repeat(40)}\n`.repeat(300);

it('goes on after what was shown, be there a byte order mark in front of the file or none', async () => {
  for (const mark of ['', '\uFEFF']) {
    const { text, rest } = await read(lines, 'lost', `${mark}${lines}more\n${end}`);
    expect([text, rest]).toEqual([`more\n${end}`, { kind: 'complete' }]);
  }
});

it('finds the place of a log that begins otherwise, and tells the rest once', async () => {
  const { text, rest } = await read(lines, 'lost', `first\n${lines}more\n${end}`);
  expect([text, rest]).toEqual([`more\n${end}`, { kind: 'complete' }]);
});

it('does not guess the place where what was shown last stands in the log more than once', async () => {
  const { text, rest } = await read(`start\n${alike}`, 'lost', `another start\n${alike}${end}`);
  expect([text, rest]).toEqual(['', { kind: 'differs' }]);
});

it('gives up on a log that is another one each time', async () => {
  const { text, rest, downloads } = await read(
    lines,
    'lost',
    `first\n${lines}${end}`,
    `first\n${lines}${end}`,
    `${'other '.repeat(1_000)}\n${end}`,
  );
  expect([text, rest, downloads]).toEqual(['', { kind: 'differs' }, 3]);
});

it('says that a log for download is shorter than what was shown, when it stays so', async () => {
  const cut = await read(lines, 'doubtful', lines.slice(0, 500));
  expect([cut.text, cut.rest, cut.downloads]).toEqual(['', { kind: 'shorter' }, 1]);
  const whole = await read(lines, 'lost', lines.slice(0, 500), lines + end);
  expect([whole.text, whole.rest]).toEqual([end, { kind: 'complete' }]);
});

it('reads a full log without its last line twice at most, and says that the line is missing', async () => {
  const [a, b] = [lines.slice(0, 900), lines];
  const grown = await read('', 'absent', a, b, b + end);
  expect(grown).toEqual({ text: lines, rest: { kind: 'unfinished' }, downloads: 2 });
  const ended = await read('', 'absent', a, b + end);
  expect(ended).toEqual({ text: lines + end, rest: { kind: 'complete' }, downloads: 2 });
});

it('reads the full log once where the live log was polled for its last line in vain', async () => {
  const polled = await read(lines, 'doubtful', `${lines}more\n`);
  expect(polled).toEqual({ text: 'more\n', rest: { kind: 'unfinished' }, downloads: 1 });
});
