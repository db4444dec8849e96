// Creates a client of the simulator for tests of single calls: the real transport over real sockets, in virtual time.
// Tests of whole runs are in test/story/.

import { onTestFinished } from 'vitest';
import { CodeArtsBuildClient } from '../../src/codearts/client.ts';
import { fixedAuthenticator, keyProof } from '../../src/huaweicloud/authenticator.ts';
import { openHttp } from '../../src/huaweicloud/http.ts';
import { openWorld, type World } from '../story/story.ts';

export interface Connected extends World {
  readonly client: CodeArtsBuildClient;
}

interface Place {
  /** Instead of the simulator's own. */
  readonly endpoint?: string | undefined;
  /** Milliseconds by which the gateway's clock is ahead. */
  readonly skewMs?: number;
}

export async function connected({ endpoint, skewMs = 0 }: Place = {}): Promise<Connected> {
  const world = await openWorld({ skewMs });
  const http = openHttp({ env: {}, answerTimeoutMs: 1_000, connectTimeoutMs: 1_000 });
  onTestFinished(() => http.close());
  const { ak: accessKey, sk: secretKey } = world.simulator.accessKey;
  const client = new CodeArtsBuildClient({
    endpoint: endpoint ?? world.simulator.url,
    authenticator: fixedAuthenticator(keyProof({ accessKey, secretKey })),
    http: world.time.watch(http),
    clock: world.time,
    redact: (text) => text,
  });
  return { ...world, client };
}
