// Tests the simulator over https.

import { request } from 'node:https';
import { expect, it } from 'vitest';
import { selfSigned } from './certificate.ts';
import { startSimulator } from './simulator.ts';

/** The status of a GET, trusting this certificate alone. */
function statusOf(url: string, ca: string | undefined, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { ...(ca === undefined ? {} : { ca }), headers: { 'X-Auth-Token': token } },
      (reply) => {
        reply.resume();
        resolve(reply.statusCode ?? 0);
      },
    );
    sent.on('error', reject).end();
  });
}

it('serves https with the given certificate to clients that trust it', async () => {
  const tls = await selfSigned();
  const simulator = await startSimulator({ tls });
  try {
    const url = `${simulator.url}/v3/jobs/${simulator.addJob({ name: 'server' }).id}/status`;
    expect(url).toMatch(/^https:/);
    expect(await statusOf(url, tls.cert, simulator.token())).toBe(200);
    await expect(statusOf(url, undefined, simulator.token())).rejects.toThrow('self-signed certificate');
    const other = await selfSigned();
    await expect(statusOf(url, other.cert, simulator.token())).rejects.toThrow(
      /self-signed certificate|unable to/,
    );
  } finally {
    await simulator.close();
  }
});
