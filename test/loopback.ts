// Starts a server on this machine that closes when its test ends.

import type { Server } from 'node:http';
import { onTestFinished } from 'vitest';

/** Starts the server. @returns its address, without a path */
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
