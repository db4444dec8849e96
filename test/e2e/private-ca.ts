// A certificate authority that nobody knows, created for each test file, and certificates that it has signed.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll } from 'vitest';

export interface PrivateCa {
  /** The file for NODE_EXTRA_CA_CERTS. */
  readonly file: string;
  /** A server's key and certificate, for these names and the address of this machine. */
  issue(names: readonly string[]): Promise<{ readonly key: string; readonly cert: string }>;
}

export async function makePrivateCa(): Promise<PrivateCa> {
  const authority = await generate([{ name: 'commonName', value: 'Example Corp Root' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), 'private-ca-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, authority.cert);
  return {
    file,
    issue: async (names) => {
      const made = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
        keyType: 'ec',
        algorithm: 'sha256',
        ca: { key: authority.private, cert: authority.cert },
        extensions: [
          { name: 'keyUsage', digitalSignature: true },
          { name: 'extKeyUsage', serverAuth: true },
          {
            name: 'subjectAltName',
            altNames: [
              ...names.map((value) => ({ type: 2, value }) as const),
              { type: 7, ip: '127.0.0.1' } as const,
            ],
          },
        ],
      });
      return { key: made.private, cert: made.cert };
    },
  };
}
