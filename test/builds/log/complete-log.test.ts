// Tests what becomes of a log that the live one left incomplete, by what CodeArts gives for download.

import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import type { LogEnd, LogProgress } from '../../../src/builds/events.ts';
import { readMissingLog } from '../../../src/builds/log/full-log.ts';
import { listen } from '../../loopback.ts';
import { connected } from '../client.ts';

const end = '[JobStatusPlugin] onCompleted: j_Qx7Lm2Rt #41\nFinished: SUCCESS\n';
/** Stands where the text begins again as a whole. */
const again = '<again>';

interface Read {
  readonly text: string;
  readonly end: LogEnd | undefined;
  readonly downloads: number;
}

/** @param files what the downloads give, one after the other; the last one again and again */
async function read(
  printed: string,
  state: LogProgress['state'],
  files: readonly string[],
  untilMs = 60_000,
): Promise<Read> {
  let downloads = 0;
  const server = createServer((_, response) => {
    const file = files[Math.min(downloads, files.length - 1)];
    downloads += 1;
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file);
  });
  const { client, time: clock } = await connected({ endpoint: await listen(server) });
  const log: LogProgress = { state, length: printed.length, tail: printed.slice(-2_048) };
  const calls = { clock, random: () => 0.5, signal: new AbortController().signal };
  const until = clock.now() + untilMs;
  let text = '';
  let ended: LogEnd | undefined;
  for await (const part of readMissingLog({ client, calls, recordId: 'record', log, until })) {
    if (part.kind === 'log-ended') ended = part.end;
    else text += part.kind === 'text' ? part.text : again;
  }
  return { text, end: ended, downloads };
}

const lines = Array.from({ length: 200 }, (_, line) => `line ${line}\n`).join('');
const complete = { state: 'complete' };

it('yields what follows the printed text, with a byte order mark in front of the file or without', async () => {
  for (const mark of ['', '\uFEFF']) {
    const { text, end: how } = await read(lines, 'interrupted', [`${mark}${lines}more\n${end}`]);
    expect({ text, how }).toEqual({ text: `more\n${end}`, how: complete });
  }
});

it('yields the whole full log where what was printed is not its beginning', async () => {
  const whole = `first\n${lines}more\n${end}`;
  const { text, end: how, downloads } = await read(lines, 'interrupted', [whole]);
  expect({ text, how, downloads }).toEqual({ text: again + whole, how: complete, downloads: 2 });
});

it('yields the whole full log where it is shorter than what was printed although it has its last line', async () => {
  const whole = `${lines.slice(0, 500)}\n${end}`;
  const { text, end: how } = await read(lines + lines, 'interrupted', [whole]);
  expect({ text, how }).toEqual({ text: again + whole, how: complete });
});

it('gives up on a full log that becomes another text while it is read', async () => {
  const other = `${'other '.repeat(1_000)}\n`;
  const { end: how } = await read(lines, 'interrupted', [`first\n${lines}`, `second\n`, other]);
  expect(how).toEqual({ state: 'changed' });
});

it('says that the full log is shorter than what was printed', async () => {
  const cut = await read(lines, 'unfinished', [lines.slice(0, 500)]);
  expect(cut).toEqual({ text: '', end: { state: 'shorter' }, downloads: 1 });
  const whole = await read(lines, 'interrupted', [lines.slice(0, 500), lines + end]);
  expect(whole).toEqual({ text: end, end: complete, downloads: 2 });
});

it('reads a full log without its last line twice at most, and says that the line is missing', async () => {
  const [a, b] = [lines.slice(0, 900), lines];
  const grown = await read('', 'missing', [a, b, b + end]);
  expect(grown).toEqual({ text: lines, end: { state: 'unfinished' }, downloads: 2 });
  const ended = await read('', 'missing', [a, b + end]);
  expect(ended).toEqual({ text: lines + end, end: complete, downloads: 2 });
});

it('reads the full log once where the live log never brought its last line', async () => {
  const polled = await read(lines, 'unfinished', [`${lines}more\n`]);
  expect(polled).toEqual({ text: 'more\n', end: { state: 'unfinished' }, downloads: 1 });
});

it('stops reading a full log when its time is over', async () => {
  const { end: how } = await read('', 'missing', [lines], -1);
  expect(how).toEqual({ state: 'too-long' });
});
