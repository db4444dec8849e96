// Escapes text from outside so that GitHub's Markdown shows it and does nothing else: no link, no image, no mention, no
// HTML, no extra table row.

import { pluralize, truncate, withoutControls, withoutControlsInLines } from '../../text.ts';

export type MarkdownWriter = ReturnType<typeof markdownWriter>;

/** Writes text from outside as Markdown. Redacts it first: once it is escaped or cut, a secret in it is not found. */
export function markdownWriter(redact: (text: string) => string) {
  const clean = (text: string, longest: number) =>
    truncate(withoutControls(redact(text)), longest)
      .toWellFormed()
      .trim();
  return {
    /** The text alone, for a drawing that escapes it in a way of its own. */
    redact,
    /** For a line of text or a cell of a table. Line ends become blanks. */
    plain: (text: string, longest = 300) => escapeMarkdown(clean(text, longest)),
    /** For text inside an HTML element, where Markdown does not reach. */
    html: (text: string, longest = 300) =>
      clean(text, longest)
        .replace(/[@#](?=\w)/g, (sign) => sign + joiner)
        .replace(/[&<>"|]/g, (sign) => entities[sign] ?? sign),
    /** As code within a cell. */
    code(text: string, longest = 300) {
      const shown = clean(text, longest);
      // Nothing acts between backticks but the cell's own border.
      if (/[|`\\]/.test(shown)) return `<code>${escapeMarkdown(shown)}</code>`;
      return shown === '' ? '' : `\`${shown}\``;
    },
    /** A block of code, whatever it contains. */
    block(lines: readonly string[]) {
      const text = lines.map((line) => withoutControlsInLines(redact(line).replaceAll('\n', ' '))).join('\n');
      const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
      const fence = '`'.repeat(longest + 1);
      return `${fence}text\n${text}\n${fence}`;
    },
  };
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

function escapeMarkdown(text: string): string {
  return text.replace(acting, (sign) => {
    if (sign === '@' || sign === '#') return sign + joiner;
    if (sign === ':' || sign === '.') return `&#${sign.charCodeAt(0)};`;
    return entities[sign] ?? `\\${sign}`;
  });
}

/** Writes a link; the bare text, or `otherwise`, where the address is none that a browser may follow. */
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

/** Writes the note under a table that was cut. @param where what has them all; empty: nothing does */
export function moreRowsNote(count: number, one: string, many: string, where: string): string {
  if (count <= 0) return '';
  return `\n\n<sub>and ${pluralize(count, one, many)}${where === '' ? '' : `: ${where}`}</sub>`;
}
