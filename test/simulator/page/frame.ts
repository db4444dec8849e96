/**
 * Renders what all pages have in common: the frame, small elements, and the content security policy. hono/html escapes
 * everything that is inserted.
 */
import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { script } from './live.ts';
import { style } from './style.ts';

export type Html = ReturnType<typeof html>;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Allows only the script and the style of these pages, so that the text of a log stays text. */
export const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Inlined: a request of the browser for an icon would count as a call. */
const icon =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1759c4"/><path d="M4 8l3 3 5-6" fill="none" stroke="#fff" stroke-width="2"/></svg>',
  );

/** `main` is reloaded every second; `below` is not. */
export function frame(title: string, top: Html, main: Html, below: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${icon}">
<noscript><meta http-equiv="refresh" content="2"></noscript>
<style>${raw(style)}</style>
</head>
<body>
<header>${top}</header>
<main>${main}</main>
${below}
<script>${raw(script)}</script>
</body>
</html>`;
}

const kinds: Readonly<Record<string, string>> = {
  SUCCESS: 'good',
  success: 'good',
  signed: 'good',
  token: 'good',
  Running: 'busy',
  running: 'busy',
  InQueue: 'soft',
  SKIPPED: 'soft',
  '': 'soft',
  open: 'soft',
  ABORTED: 'odd',
  'not checked': 'odd',
};

/** A state as a coloured label; unknown words are red. */
export const state = (word: string, shown = word): Html =>
  html`<span class="state ${kinds[word] ?? 'bad'}">${shown}</span>`;

/** `09:30:00.000`, with the date on hover. */
export function moment(ms: number | undefined): Html {
  if (ms === undefined || !Number.isFinite(ms)) return html`<span class="soft">–</span>`;
  const text = new Date(ms).toISOString();
  return html`<time class="mono nowrap" datetime="${text}" title="${text}">${text.slice(11, 23)}</time>`;
}

/** `1:05`, or `3.2 s` below a minute. */
export function duration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return '–';
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
