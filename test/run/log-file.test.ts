// The saved log: which bytes of it are written, and what becomes of the file after an error.

import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parentHeading } from '../../src/github/report/lists.ts';
import { maskingRunner } from '../../src/github/runner.ts';
import { Secrets } from '../../src/github/secrets.ts';
import { LogFile, LogFileSink } from '../../src/run/log-file.ts';
import { anyChild } from '../builds/children/sample-child.ts';
import { connected } from '../builds/client.ts';
import { listen } from '../loopback.ts';
import { Recorder } from '../story/recorder.ts';
import { runStep } from '../story/story.ts';
import { setupOf } from './setup.ts';

function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'log-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** What is saved of these pieces of a log. */
async function save(pieces: readonly Uint8Array[], secret = 'no-such-text'): Promise<Buffer> {
  const path = join(openFolder(), 'build.log');
  const secrets = new Secrets();
  secrets.add(secret, 4);
  const file = new LogFile(await open(path, 'w'), secrets);
  for (const piece of pieces) await file.bytes(piece);
  await file.close();
  return readFileSync(path);
}

function inPieces(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

const longLine = 600 * 1024;

it.each([
  ['Chinese', Buffer.from('构建失败'.repeat(longLine / 12))],
  ['emoji', Buffer.from('a🚀'.repeat(longLine / 5))],
  ['GBK', Buffer.alloc(longLine, Buffer.from([0xb9, 0xb9, 0xbd, 0xa8, 0x20]))],
])('keeps every byte of a long line without an end, wherever its pieces are cut: %s', async (_, bytes) => {
  for (const size of [1021, 65_536, 262_147]) {
    const saved = await save(inPieces(bytes, size));
    expect({ size, same: saved.equals(bytes) }).toEqual({ size, same: true });
  }
});

it.each([0, 1, 5, 11])(
  'redacts a secret that lies %i bytes before the place where a long line is cut',
  async (bytesBefore) => {
    const secret = 'päss-wörd-秘密';
    // A piece that makes the line longer than 256 KiB is cut 64 KiB before its end.
    const line = Buffer.concat([
      Buffer.alloc(300 * 1024 - 64 * 1024 - bytesBefore, 'x'),
      Buffer.from(secret),
      Buffer.alloc(64 * 1024 + bytesBefore - Buffer.byteLength(secret), 'y'),
    ]);
    const saved = (await save([line, Buffer.from('\n')], secret)).toString();
    expect(saved.replace(/x+/, 'x').replace(/y+/, 'y')).toBe('x***y\n');
  },
);

it('closes the file when it can no longer be written', async () => {
  const folder = openFolder();
  const { code, recorder, output } = await runStep({
    inputs: { 'log-file': 'build.log', parameters: 'key=some-value' },
    job: { parameters: [{ name: 'key' }] },
    env: { GITHUB_WORKSPACE: folder },
    watch: ({ outputs }) => {
      // The runner's file of outputs is on the same full disk.
      const set = outputs.set.bind(outputs);
      outputs.set = (name, value) => {
        if (name === 'log-file' && value !== '') throw new Error('ENOSPC: no space left on device, write');
        return set(name, value);
      };
    },
  });
  expect({
    code,
    output: output('log-file'),
    warnings: recorder.annotations.map(({ message }) => message),
    open: openFiles().filter((path) => path.startsWith(folder)),
  }).toEqual({
    code: 0,
    output: '',
    warnings: ['log-file: the log is not saved: ENOSPC: no space left on device, write.'],
    open: [],
  });
});

it('stops a download, with one warning, when the file can no longer be written', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    // It goes on: only the one who reads it can end it.
    response.write('first\n', () => setTimeout(() => response.write('second\n'), 50));
  });
  const { client, time: clock } = await connected({ endpoint: await listen(server) });
  const recorder = new Recorder({});
  const redact = (text: string) => {
    if (text.includes('second')) throw new Error('ENOSPC: no space left on device, write');
    return text;
  };
  const folder = openFolder();
  const runner = { ...maskingRunner(recorder), redact };
  const sink = new LogFileSink(setupOf({ runner, client, clock, env: { GITHUB_WORKSPACE: folder } }));
  await sink.open(join(folder, 'build.log'));
  await sink.download('0123456789', true);
  expect({
    saved: readFileSync(join(folder, 'build.log'), 'utf8'),
    warnings: recorder.annotations.map(({ message }) => message),
    output: recorder.outputs.get('log-file'),
  }).toEqual({
    saved: 'first\n',
    warnings: ['log-file: the log is not saved: ENOSPC: no space left on device, write.'],
    output: '',
  });
});

/** The paths of the files that this process has open. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(join('/proc/self/fd', fd))];
    } catch {
      return [];
    }
  });
}

it("saves half a line of the build's own log under a heading, not at the end of the child's last line", async () => {
  const { client, time: clock } = await connected();
  const folder = openFolder();
  const runner = maskingRunner(new Recorder({}));
  const sink = new LogFileSink(setupOf({ runner, client, clock, env: { GITHUB_WORKSPACE: folder } }));
  await sink.open(join(folder, 'build.log'));
  await sink.write('whole\nhalf of a line');
  await sink.begin(anyChild);
  await sink.write('of the child, without an end');
  await sink.close();
  const saved = readFileSync(join(folder, 'build.log'), 'utf8');
  expect(saved.split('\n')).toEqual([
    'whole',
    '── log of core (#2) ──',
    'of the child, without an end',
    parentHeading,
    'half of a line',
  ]);
});
