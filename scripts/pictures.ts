// `node scripts/pictures.ts [NAME]`: draws the step and the job summary of a scenario as GitHub shows them, in light and
// dark, from the files in test/golden. Without NAME it writes the README's pictures to docs/images, with NAME to .tmp.
// Needs Chromium, and fonts for Chinese and emoji.

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { marked } from 'marked';
import { chromium } from 'playwright-core';
import { root } from './paths.ts';

const [name] = process.argv.slice(2);
const folder = join(root, name === undefined ? 'docs/images' : '.tmp');
const scenario = name ?? 'failing-compile';
const width = 900;

const page = `body { margin: 0; width: ${width}px; box-sizing: border-box; }
.summary { padding: 24px; font-family: 'Noto Sans', 'DejaVu Sans', 'Noto Sans CJK SC', 'Noto Color Emoji', sans-serif; }
.step { padding: 16px 0; font: 12px/20px 'Liberation Mono', 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace; }
.step div { display: flex; padding-right: 16px; }
.number { flex: 0 0 52px; padding-right: 16px; box-sizing: border-box; text-align: right; color: #8b949e; user-select: none; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }`;
const colors = {
  light: '.step { background: #fff; color: #1f2328 } .red { color: #cf222e } .error { background: #ffebe9 }',
  dark: '.step { background: #010409; color: #f0f6fc } .red { color: #ff7b72 } .error { background: #3c1618 }',
};

function golden(ending: string): string {
  return readFileSync(join(root, 'test/golden', `${scenario}.${ending}`), 'utf8');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** The lines that the step's log shows, with the groups folded, as they are when the page opens. */
function step(): string {
  const [log = ''] = golden('txt')
    .replace(/^# .*\n\n/, '')
    .split('\n# Outputs\n');
  let number = 0;
  const rows = log
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      number += 1;
      if (line.startsWith('  │ ')) return [];
      const text = escaped(line)
        .replace(/^▾/, '▸')
        .replace(/\s*⟨.*⟩$/, '')
        .replace(/⋯ \(\d+ characters\)/, '…')
        .replace(/␛\[31m(.*?)␛\[0m/, '<span class="red">$1</span>')
        .replace(/^Error:/, '<b class="red">Error:</b>');
      const kind = line.startsWith('Error: ') ? ' class="error"' : '';
      return [`<div${kind}><span class="number">${number}</span><span class="text">${text}</span></div>`];
    });
  return `<body class="step">${rows.join('\n')}</body>`;
}

function summary(): string {
  return `<body class="markdown-body summary">${marked.parse(golden('md'), { async: false, gfm: true })}</body>`;
}

mkdirSync(folder, { recursive: true });
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args });
try {
  for (const theme of ['light', 'dark'] as const) {
    const css = createRequire(import.meta.url).resolve(`github-markdown-css/github-markdown-${theme}.css`);
    const style = `<style>${readFileSync(css, 'utf8')}\n${page}\n${colors[theme]}</style>`;
    for (const [what, body] of Object.entries({ step: step(), summary: summary() })) {
      const tab = await browser.newPage({ viewport: { width, height: 100 }, deviceScaleFactor: 1 });
      await tab.setContent(`<!doctype html><meta charset="utf-8">${style}${body}`);
      const path = join(folder, `${name === undefined ? '' : `${name}-`}${what}-${theme}.png`);
      await tab.locator('body').screenshot({ path });
      await tab.close();
      console.log(path);
    }
  }
} finally {
  await browser.close();
}
