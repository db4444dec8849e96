// Escapes text from outside so that GitHub's Markdown shows it and does nothing else: no link, no image, no mention, no
// HTML, no extra table row.

import { pluralize, truncate, withoutControls, withoutControlsInLines } from '../../text.ts';

/** Writes text from outside as Markdown. Redacts it first: once it is escaped or cut, a secret in it is not found. */
export interface MarkdownWriter {
  /** For a line of text or a cell of a table. Line ends become blanks. */
  plain(text: string, longest?: number): string;
  /** For text inside an HTML element, where Markdown does not reach. */
  html(text: string, longest?: number): string;
  /** As code within a cell. */
  code(text: string, longest?: number): string;
  /** A block of code, whatever it contains. */
  block(lines: readonly string[]): string;
  /** The text alone, for a drawing that escapes it in a way of its own. */
  redact(text: string): string;
}

export function markdownWriter(redact: (text: string) => string): MarkdownWriter {
  return {
    plain: (text, longest) => plain(redact(text), longest),
    html: (text, longest) => html(redact(text), longest),
    code: (text, longest) => code(redact(text), longest),
    block: (lines) => block(lines.map(redact)),
    redact,
  };
}

function plain(text: string, longest = 300): string {
  return clean(text, longest).replace(acting, (sign) => {
    if (sign === '@' || sign === '#') return `${sign}${joiner}`;
    if (sign === ':' || sign === '.') return `&#${sign.charCodeAt(0)};`;
    return entities[sign] ?? `\\${sign}`;
  });
}

function html(text: string, longest = 300): string {
  return clean(text, longest)
    .replace(/[@#](?=\w)/g, (sign) => `${sign}${joiner}`)
    .replace(/[&<>"|]/g, (sign) => entities[sign] ?? sign);
}

function code(text: string, longest = 300): string {
  const shown = clean(text, longest);
  if (shown === '') return '';
  // Nothing acts between backticks but the cell's own border.
  if (!/[|`\\]/.test(shown)) return `\`${shown}\``;
  return `<code>${plain(shown, longest)}</code>`;
}

function block(lines: readonly string[]): string {
  const text = lines.map((line) => withoutControlsInLines(line.replaceAll('\n', ' '))).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** A link; the bare text, or `otherwise`, where the address is none that a browser may follow. */
export function link(text: string, address: string, otherwise = text): string {
  if (!/^https?:\/\/[^\s<>"'()[\]\\`|]+$/.test(address)) return otherwise;
  return `[${text}](${address})`;
}

/** @param head headings; one that begins with `>` is of a column of numbers, which is aligned right */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const headings = head.map((heading) => heading.replace(/^>/, ''));
  const rules = head.map((heading) => (heading.startsWith('>') ? '---:' : '---'));
  return [line(headings), line(rules), ...rows.map(line)].join('\n');
}

/** A note under a table that was cut. @param where what has them all; empty: nothing does */
export function moreRowsNote(count: number, one: string, many: string, where: string): string {
  if (count <= 0) return '';
  return `\n\n<sub>and ${pluralize(count, one, many)}${where === '' ? '' : `: ${where}`}</sub>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '|': '&#124;',
};
/** Invisible, and no part of a word. */
const joiner = '\u2060';
/** What Markdown acts on, and what GitHub makes links of: addresses, mentions, issues. */
const acting = /[&<>"|\\`*_[\]!~$]|[@#](?=\w)|:(?=\/\/|[\w+-]+:)|(?<=\bwww)\./gi;
function clean(text: string, longest: number): string {
  return truncate(withoutControls(text), longest).toWellFormed().trim();
}
