/** An npm build with an English log and one package; some lines end in \r\n. */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';

export const npmSuccess: ScenarioSource = {
  name: 'npm-success',
  description: 'npm build of a web page, log in English, one package; about 7 seconds',
  language: 'en',
  steps: [
    checkout('storefront', 0.8, 'en'),
    {
      name: 'Build with npm',
      mark: 'external_npm',
      moduleId: 'devcloud2018.codeci_action_20011.action',
      seconds: 4,
      lines: [
        { text: '$ docker pull swr.cn-north-4.myhuaweicloud.com/codeci/nodejs:20.11', level: 'stamp' },
        { text: '+ npm ci', level: 'raw' },
        {
          text: 'npm warn deprecated inflight@1.0.6: This module is not supported, and leaks memory.',
          level: 'raw',
        },
        { text: 'added 613 packages in 2s', level: 'raw' },
        { text: '+ npm run build', level: 'raw' },
        { text: '> storefront@2.3.1 build', level: 'raw', end: '\r\n' },
        { text: '> vite build', level: 'raw', end: '\r\n' },
        { text: 'vite v5.4.8 building for production...', level: 'raw' },
        { text: '✓ 214 modules transformed.', level: 'raw' },
        { text: 'dist/index.html                   0.46 kB │ gzip:  0.30 kB', level: 'raw' },
        { text: 'dist/assets/index-B1nRkq7d.js   143.42 kB │ gzip: 46.11 kB', level: 'raw' },
        { text: '✓ built in 1.21s 🎉', level: 'raw' },
      ],
    },
    {
      name: 'Upload to Release Repo',
      mark: 'upload_artifact',
      moduleId: 'devcloud2018.codeci_action_20015.action',
      seconds: 1,
      lines: [
        { text: 'Uploading dist.tar.gz', tagged: true },
        { text: 'Uploaded: /storefront/{{daily}}/dist.tar.gz (172 KB)', tagged: true },
      ],
    },
  ],
  artifacts: {
    packages: {
      'dist.tar.gz': {
        name: 'dist.tar.gz',
        version: '{{daily}}',
        packageType: 'tar.gz',
        type: 'generic',
        uri: '/storefront/{{daily}}/dist.tar.gz',
      },
    },
  },
};
