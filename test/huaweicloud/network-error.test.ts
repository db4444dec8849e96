// Tests what the action advises when a certificate is not trusted: it depends on NODE_EXTRA_CA_CERTS.

import { expect, it } from 'vitest';
import { networkHint } from '../../src/huaweicloud/network-error.ts';

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const files = new Map([
  ['/ca/other.pem', pem],
  ['/ca/ca.der', '0\u0082\u0003'],
]);

function readFile(path: string): string {
  const text = files.get(path);
  if (text === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open' });
  return text;
}

it.each([
  [undefined, /: set NODE_EXTRA_CA_CERTS on the runner to the file of the CA that signed it\.$/],
  ['', /: set NODE_EXTRA_CA_CERTS on the runner/],
  ['/ca/none.pem', /: NODE_EXTRA_CA_CERTS is set to \/ca\/none\.pem, which can't be read\. Check the path/],
  ['/ca/ca.der', /: NODE_EXTRA_CA_CERTS is set to \/ca\/ca\.der, which holds no certificate in PEM format\./],
  [
    '/ca/other.pem',
    /: NODE_EXTRA_CA_CERTS is set to \/ca\/other\.pem, which does not hold the CA that signed it\./,
  ],
])('advises on an untrusted certificate with NODE_EXTRA_CA_CERTS=%s', (path, hint) => {
  const code = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  expect(networkHint(code, { path, readFile })).toMatch(hint);
});

it('does not mention NODE_EXTRA_CA_CERTS if the certificate has another fault', () => {
  const extraCa = { path: '/ca/none.pem', readFile };
  for (const code of ['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER']) {
    expect(networkHint(code, extraCa)).not.toContain('NODE_EXTRA_CA_CERTS');
  }
});
