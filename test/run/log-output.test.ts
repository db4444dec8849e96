// Tests what the step says of a log whose full log is another text each time it is downloaded.

import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import type { BuildRecord } from '../../src/codearts/build-schemas.ts';
import { maskingRunner } from '../../src/github/runner.ts';
import { LogOutput } from '../../src/run/log-output.ts';
import { connected } from '../builds/client.ts';
import { listen } from '../loopback.ts';
import { Recorder } from '../story/recorder.ts';
import { setupOf } from './setup.ts';

const record: BuildRecord = {
  recordId: 'record',
  parentRecordId: '',
  configType: '',
  projectId: '',
  buildNumber: 1,
  dailyBuildNumber: '',
  status: 'SUCCESS',
  commitId: '',
  branch: '',
  tag: '',
  createdAt: 0,
  startedAt: 0,
  finishedAt: 60_000,
  durationMs: 60_000,
  message: '',
};
const given: Readonly<Record<string, string>> = {
  'job-id': 'f9d6c8466d614a9788e9a0acf6c15f46',
  'access-key': 'AKAKAKAKAKAKAKAKAKAK',
  'secret-key': 'secret-secret-secret',
  region: 'cn-north-4',
};

it('warns where the full log, printed again as a whole, becomes another text', async () => {
  let downloads = 0;
  const server = createServer((_, response) => {
    downloads += 1;
    response.setHeader('content-type', 'application/octet-stream');
    if (downloads === 1) response.end('another log\n');
    else if (downloads > 2) response.end('a third one, from another node\nand its end\nFinished: SUCCESS\n');
    else {
      response.setHeader('content-length', 1_000);
      response.write('first of this one\n', () => response.destroy());
    }
  });
  const { client, time: clock } = await connected({ endpoint: await listen(server) });
  const recorder = new Recorder({});
  const logOutput = new LogOutput(setupOf({ runner: maskingRunner(recorder), client, clock, given }), {
    record,
    children: [],
    seeLink: '',
  });
  await logOutput.handle({ kind: 'text', text: 'live text\n', child: undefined });
  const interrupted = { state: 'interrupted', length: 10, tail: 'live text\n' } as const;
  await logOutput.completeAfterStop(interrupted);
  expect(recorder.remoteLines).toEqual(['live text', 'first of this one']);
  expect(recorder.annotations.map(({ message }) => message)).toEqual([
    "Lines of the build's log may be missing here: the full log became another one while it was read.",
  ]);
});
