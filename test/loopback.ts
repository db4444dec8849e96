// A server of a test's own on this machine, which ends with the test.

import type { Server } from 'node:http';
import { onTestFinished } from 'vitest';

/** Has the server listen. @returns its address, without a path */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
