// Which parts of large packages go into the bundle, because every step of every user waits for what is loaded at
// start (`npm run bench` measures it). An import of a part that is not listed here fails the build.

import type { Plugin } from 'esbuild';

/** Where undici keeps each of its exports that the action, or a package of it, may import. */
const undici = {
  Agent: 'dispatcher/agent',
  DecoratorHandler: 'handler/decorator-handler',
  EnvHttpProxyAgent: 'dispatcher/env-http-proxy-agent',
  Pool: 'dispatcher/pool',
  ProxyAgent: 'dispatcher/proxy-agent',
  errors: 'core/errors',
};

// As undici's own entry does it: this is where every dispatcher has `request` from, and `connect` for proxies.
const undiciEntry = [
  `import api from 'undici/lib/api/index.js';`,
  `import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';`,
  `Object.assign(Dispatcher.prototype, api);`,
  ...Object.entries(undici).map(
    ([name, file]) => `export { default as ${name} } from 'undici/lib/${file}.js';`,
  ),
].join('\n');

// Nothing asks undici for HTTP/2 (`allowH2`), and loading Node's takes longer than a request.
const noHttp2 = `module.exports = () => { throw new Error('HTTP/2 is not bundled'); };`;

/** undici without fetch, WebSocket, caches, cookies and mocks, which its entry loads: a quarter of the start. */
export const undiciParts: Plugin = {
  name: 'undici-parts',
  setup(build) {
    const resolveDir = build.initialOptions.absWorkingDir ?? process.cwd();
    build.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'undici-parts' }));
    build.onLoad({ filter: /.*/, namespace: 'undici-parts' }, () => ({ contents: undiciEntry, resolveDir }));
    build.onLoad({ filter: /undici[\\/]lib[\\/]dispatcher[\\/]client-h2\.js$/ }, () => ({
      contents: noHttp2,
    }));
  },
};

/**
 * @actions/core without what is not called. Its modules do nothing on import, which its package.json does not say;
 * so esbuild would keep its OIDC client and that one's HTTP client, proxy tunnel and process runner.
 */
export const actionsCoreParts: Plugin = {
  name: 'actions-core-parts',
  setup(build) {
    build.onResolve({ filter: /^\.\// }, async ({ path, pluginData, ...where }) => {
      if (pluginData === actionsCoreParts.name || !/@actions[\\/]core[\\/]lib[\\/]/.test(where.importer))
        return;
      const found = await build.resolve(path, { ...where, pluginData: actionsCoreParts.name });
      return { ...found, sideEffects: false };
    });
  },
};
