// Which requests go through which proxy, as the environment says it.

import { describe, expect, it } from 'vitest';
import { proxyFor, proxyProblems, proxySecrets } from '../../src/huaweicloud/proxy.ts';

const service = new URL('https://cloudbuild-ext.cn-north-4.myhuaweicloud.com/v3/jobs/build');
const proxy = 'http://proxy.corp.example:3128';

function through(env: Readonly<Record<string, string>>, url = service): string | undefined {
  return proxyFor(url, env)?.address.href;
}

describe('a request over https', () => {
  it.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])('goes through %s', (name) => {
    expect(through({ [name]: proxy })).toBe(`${proxy}/`);
  });

  it('goes through the proxy for https rather than the one for http, and the lower-case name first', () => {
    const other = 'http://other.example:80';
    expect(through({ HTTPS_PROXY: proxy, HTTP_PROXY: other, http_proxy: other })).toBe(`${proxy}/`);
    expect(through({ https_proxy: proxy, HTTPS_PROXY: other })).toBe(`${proxy}/`);
    expect(through({ https_proxy: ' ', HTTPS_PROXY: proxy })).toBe(`${proxy}/`);
  });

  it('goes directly where no proxy is named', () => {
    expect(through({})).toBeUndefined();
    expect(through({ HTTPS_PROXY: '' })).toBeUndefined();
  });

  it('takes an address without a scheme for http', () => {
    expect(through({ HTTPS_PROXY: 'proxy.corp.example:3128' })).toBe(`${proxy}/`);
  });
});

describe('NO_PROXY', () => {
  const host = 'cloudbuild-ext.cn-north-4.myhuaweicloud.com';
  it.each([
    host,
    host.toUpperCase(),
    `${host}:443`,
    '.myhuaweicloud.com',
    'myhuaweicloud.com',
    '*.myhuaweicloud.com',
    '*',
    ` other.example ,  ${host} `,
    `other.example ${host}`,
    'other.example,*',
  ])('keeps a host from the proxy: %j', (value) => {
    expect(through({ HTTPS_PROXY: proxy, NO_PROXY: value })).toBeUndefined();
    expect(through({ HTTPS_PROXY: proxy, no_proxy: value })).toBeUndefined();
  });

  it.each(['', 'huaweicloud.com', `${host}:8443`, `x${host}`, 'cn-north-4', ',', '443', '10.0.0.0/8', '::1'])(
    'leaves another host to it: %j',
    (value) => {
      expect(through({ HTTPS_PROXY: proxy, NO_PROXY: value })).toBe(`${proxy}/`);
    },
  );

  it.each([
    ['https://10.1.2.3', '10.1.2.3'],
    ['https://10.1.2.3', '10.0.0.0/8'],
    ['https://10.1.2.3:8443', '10.1.2.3:8443'],
    ['https://[fd00::7]', 'fd00::7'],
    ['https://[fd00::7]', 'fd00::/8'],
    ['https://[fd00::7]:8443', '[fd00::7]:8443'],
    ['https://[fd00::7]', '[fd00::7]'],
  ])('keeps the address %s from the proxy: %s', (url, value) => {
    expect(through({ HTTPS_PROXY: proxy, NO_PROXY: value }, new URL(url))).toBeUndefined();
  });

  it.each([
    ['https://10.1.2.3', '11.0.0.0/8'],
    ['https://10.1.2.3', '10.0.0.0/99'],
    ['https://10.1.2.3', '2.3'],
    ['https://[fd00::7]', '10.0.0.0/8'],
    ['https://[fd00::7]:8443', '[fd00::7]:443'],
  ])('leaves the address %s to it: %s', (url, value) => {
    expect(through({ HTTPS_PROXY: proxy, NO_PROXY: value }, new URL(url))).toBe(`${proxy}/`);
  });
});

it.each(['http://localhost:1', 'http://127.0.0.1:1', 'https://127.9.9.9', 'http://[::1]:1', 'https://[::1]'])(
  'goes directly to this machine itself, whatever the environment says: %s',
  (url) => {
    expect(through({ HTTPS_PROXY: proxy, HTTP_PROXY: proxy }, new URL(url))).toBeUndefined();
  },
);

describe("the credentials in a proxy's address", () => {
  const credentialsOf = (address: string): string => {
    const { authorization = '', address: bare } = proxyFor(service, { HTTPS_PROXY: address }) ?? {};
    expect(bare?.href).toBe(`${proxy}/`);
    return Buffer.from(authorization.replace('Basic ', ''), 'base64').toString('utf8');
  };

  it('are decoded for the proxy, and not part of its address', () => {
    expect(credentialsOf('http://us%40er:p%23w%3A@proxy.corp.example:3128')).toBe('us@er:p#w:');
    expect(credentialsOf('http://user@proxy.corp.example:3128')).toBe('user:');
    expect(credentialsOf('http://user:100%@proxy.corp.example:3128')).toBe('user:100%');
  });

  it('are none where there are none', () => {
    expect(proxyFor(service, { HTTPS_PROXY: proxy })?.authorization).toBeUndefined();
  });

  it('are secrets in every form', () => {
    const env = { https_proxy: 'http://user:pa%23ssword@proxy:1', HTTP_PROXY: 'http://proxy:2' };
    expect(proxySecrets(env)).toEqual(['pa%23ssword', 'pa#ssword', 'user:pa%23ssword', 'user:pa#ssword']);
  });

  it('are secrets where a token stands in place of the user', () => {
    expect(proxySecrets({ HTTPS_PROXY: 'http://ghp_t%6Fken@proxy:1' })).toEqual(['ghp_t%6Fken', 'ghp_token']);
  });
});

it('tells which variable holds no address of a proxy, and not what it holds', () => {
  expect(
    proxyProblems({ HTTPS_PROXY: 'socks5://user:password@proxy:1080', http_proxy: 'http://a b' }),
  ).toEqual([
    'HTTPS_PROXY: has the scheme socks5:; expected an address such as http://proxy.example.com:3128.',
    'HTTP_PROXY: is not an address; expected an address such as http://proxy.example.com:3128.',
  ]);
  expect(proxyProblems({ HTTPS_PROXY: proxy })).toEqual([]);
});
