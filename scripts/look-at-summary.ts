// `node scripts/look-at-summary.ts NAME [picture.png]`: the job summary of a scenario as GitHub's page shows it, as a
// picture, for people to look at. Takes the Markdown that stands in test/golden; needs Chromium on the PATH.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { marked } from 'marked';
import { root } from './paths.ts';

const [name = 'failing-compile', picture = join(root, '.tmp', `${name}.png`)] = process.argv.slice(2);
const markdown = readFileSync(join(root, 'test/golden', `${name}.md`), 'utf8');
const style = createRequire(import.meta.url).resolve('github-markdown-css/github-markdown-light.css');
// What is folded is to be looked at too.
const body = marked.parse(markdown, { async: false, gfm: true }).replaceAll('<details>', '<details open>');
const page = `<!doctype html><meta charset="utf-8"><style>${readFileSync(style, 'utf8')}
body { margin: 0; padding: 24px; width: 980px; box-sizing: border-box; }</style>
<body class="markdown-body">${body}</body>`;

mkdirSync(dirname(picture), { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'summary-'));
try {
  const file = join(folder, 'summary.html');
  writeFileSync(file, page);
  const size = `--window-size=1028,${400 + 28 * markdown.split('\n').length}`;
  const quiet = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--force-color-profile=srgb',
  ];
  execFileSync('chromium', [...quiet, size, `--screenshot=${resolve(picture)}`, `file://${file}`], {
    stdio: 'ignore',
  });
  console.log(resolve(picture));
} finally {
  rmSync(folder, { recursive: true });
}
