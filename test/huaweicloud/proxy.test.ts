// Which proxies are read from the environment, and what of them must stay secret. That requests go through them is shown
// in test/e2e/networks.test.ts.

import { describe, expect, it } from 'vitest';
import { proxiesFrom, proxyProblems, proxySecrets } from '../../src/huaweicloud/connections.ts';

const proxy = 'http://proxy.corp.example:3128';

describe('the proxies in the environment', () => {
  it('are read in lower case first, then in upper case', () => {
    const other = 'http://other.example:8080';
    expect(proxiesFrom({ HTTPS_PROXY: proxy, HTTP_PROXY: other })).toMatchObject({
      httpsProxy: `${proxy}/`,
      httpProxy: `${other}/`,
    });
    expect(proxiesFrom({ https_proxy: proxy, HTTPS_PROXY: other }).httpsProxy).toBe(`${proxy}/`);
    expect(proxiesFrom({ https_proxy: ' ', HTTPS_PROXY: proxy }).httpsProxy).toBe(`${proxy}/`);
  });

  it('are empty if none is set, so that undici does not read the environment itself', () => {
    expect(proxiesFrom({})).toMatchObject({ httpProxy: '', httpsProxy: '' });
    expect(proxiesFrom({ HTTPS_PROXY: '' }).httpsProxy).toBe('');
  });

  it('may lack a scheme', () => {
    expect(proxiesFrom({ HTTPS_PROXY: 'proxy.corp.example:3128' }).httpsProxy).toBe(`${proxy}/`);
  });

  it('exempt loopback, the entries of NO_PROXY, and the subdomains of its names', () => {
    expect(proxiesFrom({ no_proxy: 'example.com, 10.1.2.3' }).noProxy).toBe(
      'localhost 127.0.0.1 [::1] example.com 10.1.2.3 .example.com',
    );
  });
});

describe("the credentials in a proxy's URL", () => {
  it('are secrets in every form', () => {
    const env = { https_proxy: 'http://user:pa%23ssword@proxy:1', HTTP_PROXY: 'http://proxy:2' };
    expect(proxySecrets(env)).toEqual(['pa%23ssword', 'pa#ssword', 'user:pa%23ssword', 'user:pa#ssword']);
  });

  it('are secrets if the user is a token', () => {
    expect(proxySecrets({ HTTPS_PROXY: 'http://ghp_t%6Fken@proxy:1' })).toEqual(['ghp_t%6Fken', 'ghp_token']);
  });
});

it('reports a variable that is not a proxy address, without its value', () => {
  expect(
    proxyProblems({ HTTPS_PROXY: 'socks5://user:password@proxy:1080', http_proxy: 'http://a b' }),
  ).toEqual([
    'HTTPS_PROXY: has the scheme socks5:; expected an address such as http://proxy.example.com:3128.',
    'HTTP_PROXY: is not an address; expected an address such as http://proxy.example.com:3128.',
  ]);
  expect(proxyProblems({ HTTPS_PROXY: proxy })).toEqual([]);
});
