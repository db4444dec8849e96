/**
 * Makes a self-signed certificate for loopback, for clients that insist on https. A new one is made each time, so that no
 * private key is stored in the repository.
 */
import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export async function selfSigned(): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'CodeArts Build simulator' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key: made.private, cert: made.cert };
}
